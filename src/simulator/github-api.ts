/** GitHub's side of the simulator: the token exchange and the user with the seat's quota (reference §1.3, §1.7). */
import {
  badCredentials,
  exchangeRefusal,
  githubNotFound,
  notForInstallations,
  notForPats,
} from './exchange-refusals.ts';
import type { GithubReply } from './exchange-refusals.ts';
import type { Balance } from './credit-ledger.ts';
import { answerGraphql, type Viewer } from './graphql-api.ts';
import type { JsonObject } from './json-value.ts';
import type { Stage, Visit } from './stage.ts';

/** The reply of a route of GitHub's own API; undefined for paths that are none. */
export function answerGithub(stage: Stage, visit: Visit): GithubReply | undefined {
  const { method, path } = visit.record;
  const { desk } = stage;
  const token = githubTokenOf(visit.headers.authorization);
  switch (path) {
    case '/copilot_internal/v2/token':
      return method === 'GET' ? exchangeToken(stage, visit, token) : githubNotFound;
    case '/copilot_internal/user':
      return describeSeat(stage, visit, token);
    case '/graphql':
      if (method !== 'POST') return githubNotFound;
      return answerGraphql(visit.record.json, desk.knowsGithubToken(token) ? viewerOf(stage, visit) : undefined);
    case '/user':
      return describeUser(stage, token);
    default:
      return undefined;
  }
}

/** The GitHub token of `Authorization: token|Bearer …`. */
function githubTokenOf(authorization: string | undefined): string {
  return /^(?:token|bearer) (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
}

function exchangeToken(stage: Stage, visit: Visit, token: string): GithubReply {
  const { scenario, desk, ledger } = stage;
  if (!desk.knowsGithubToken(token)) return badCredentials;
  const refused = scenario.seatlessTokens.includes(token) ? 'no_copilot_access' : scenario.refusedTokens[token];
  if (refused !== undefined) return exchangeRefusal(refused, scenario.login, stage.clock.now());
  if (token.startsWith('github_pat_')) return notForPats;
  if (token.startsWith('ghs_')) return notForInstallations;
  if (!token.startsWith('ghu_'))
    return scenario.foreignExchangeStatus === 404
      ? githubNotFound
      : { ...notForInstallations, status: scenario.foreignExchangeStatus };
  const { token: copilotToken, expiresAtS } = desk.issue();
  const freeQuotas = freeQuotasLeft(stage);
  return {
    status: 200,
    body: {
      token: copilotToken,
      expires_at: expiresAtS,
      refresh_in: scenario.refreshInS,
      sku: scenario.sku,
      individual: scenario.plan.startsWith('individual'),
      endpoints: endpointsAt(stage, visit.origin),
      chat_enabled: true,
      code_quote_enabled: true,
      code_review_enabled: true,
      codesearch: true,
      copilotignore_enabled: false,
      public_suggestions: 'disabled',
      telemetry: 'disabled',
      enterprise_list: null,
      organization_list: [],
      limited_user_quotas: freeQuotas,
      limited_user_reset_date: freeQuotas === null ? null : Date.parse(ledger.resetIso(stage.clock.now())) / 1000,
      ...(scenario.userNotification === null ? {} : { user_notification: scenario.userNotification }),
    },
  };
}

/** `GET /user`: whose token it is. */
function describeUser(stage: Stage, token: string): GithubReply {
  if (!stage.desk.knowsGithubToken(token)) return badCredentials;
  if (token.startsWith('ghs_')) return notForInstallations;
  const { login } = stage.scenario;
  return { status: 200, body: { login, id: 1, type: 'User', site_admin: false, name: 'Mona Simulated' } };
}

/** `GET /copilot_internal/user`: the seat, its host and its quota. */
function describeSeat(stage: Stage, visit: Visit, token: string): GithubReply {
  const { scenario, ledger } = stage;
  const nowMs = stage.clock.now();
  if (!stage.desk.knowsGithubToken(token)) return badCredentials;
  const reset = ledger.resetIso(nowMs);
  const balances = ledger.balances();
  const left = freeQuotasLeft(stage);
  return {
    status: 200,
    body: {
      login: scenario.login,
      access_type_sku: scenario.sku,
      copilot_plan: scenario.plan,
      assigned_date: null,
      is_staff: false,
      chat_enabled: true,
      cli_enabled: true,
      endpoints: endpointsAt(stage, visit.origin),
      organization_login_list: [],
      organization_list: [],
      quota_reset_date: reset.slice(0, 10),
      quota_reset_date_utc: reset,
      token_based_billing: scenario.tokenBasedBilling,
      ...(left === null
        ? {}
        : {
            limited_user_quotas: left,
            monthly_quotas: scenario.freeQuotas,
            limited_user_reset_date: reset.slice(0, 10),
          }),
      quota_snapshots: Object.fromEntries(
        Object.entries(balances).map(([id, balance]) => [id, snapshotOf(stage, id, balance, nowMs)]),
      ),
    },
  };
}

function snapshotOf({ scenario }: Stage, id: string, balance: Balance, nowMs: number): JsonObject {
  const { unlimited } = balance;
  return {
    entitlement: unlimited ? 0 : balance.entitlement,
    remaining: unlimited ? 0 : Math.floor(balance.remaining),
    quota_remaining: unlimited ? 0 : oneDecimal(balance.remaining),
    percent_remaining: balance.percentRemaining,
    unlimited,
    overage_permitted: balance.overagePermitted,
    overage_count: oneDecimal(balance.overage),
    quota_id: id,
    timestamp_utc: new Date(nowMs).toISOString(),
    has_quota: balance.hasQuota,
    quota_reset_at: 0,
    token_based_billing: scenario.tokenBasedBilling,
    ...(id === 'premium_interactions' && balance.hasQuota
      ? {
          overage_entitlement: scenario.overageLimitCredits ?? 0,
          credits_used: oneDecimal(balance.entitlement - balance.remaining),
        }
      : {}),
  };
}

/** As the headers round. */
function oneDecimal(value: number): number {
  return Number(value.toFixed(1));
}

/** What a free plan has left this month; null on other plans. */
function freeQuotasLeft({ scenario, ledger }: Stage): { chat: number; completions: number } | null {
  if (scenario.freeQuotas === null) return null;
  const { chat, completions } = ledger.balances();
  return { chat: Math.max(0, chat.remaining), completions: completions.remaining };
}

function viewerOf(stage: Stage, visit: Visit): Viewer {
  return { login: stage.scenario.login, endpoints: endpointsAt(stage, visit.origin) };
}

function endpointsAt(stage: Stage, origin: string): JsonObject {
  const { apiHostname } = stage.scenario;
  const api = new URL(origin);
  if (apiHostname !== null) api.hostname = apiHostname;
  return { api: api.origin, proxy: origin, telemetry: origin, 'origin-tracker': origin };
}
