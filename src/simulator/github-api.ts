/** GitHub's side of the simulator: the token exchange and the user with the seat's quota (reference §1.3, §1.7). */
import {
  badCredentials,
  exchangeRefusal,
  githubNotFound,
  notForInstallations,
  notForPats,
} from './exchange-refusals.ts';
import type { GithubReply } from './exchange-refusals.ts';
import type { JsonObject } from './json-value.ts';
import type { Stage, Visit } from './stage.ts';

/** The reply of a route of GitHub's own API; undefined for paths that are none. */
export function answerGithub(stage: Stage, visit: Visit): GithubReply | undefined {
  const { method, path } = visit.record;
  const token = githubTokenOf(visit.headers.authorization);
  switch (path) {
    case '/copilot_internal/v2/token':
      return method === 'GET' ? exchangeToken(stage, visit, token) : githubNotFound;
    case '/copilot_internal/user':
      return describeSeat(stage, visit, token);
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
  const { scenario, desk } = stage;
  if (!desk.knowsGithubToken(token)) return badCredentials;
  const refused = scenario.seatlessTokens.includes(token) ? 'no_copilot_access' : scenario.refusedTokens[token];
  if (refused !== undefined) return exchangeRefusal(refused, scenario.login, stage.clock.now());
  if (token.startsWith('github_pat_')) return notForPats;
  if (token.startsWith('ghs_')) return notForInstallations;
  if (!token.startsWith('ghu_')) return githubNotFound;
  const { token: copilotToken, expiresAtS } = desk.issue();
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
      limited_user_quotas: null,
      limited_user_reset_date: null,
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
  const snapshot = (id: string, limits: JsonObject) => ({
    ...limits,
    overage_count: 0,
    quota_id: id,
    timestamp_utc: new Date(nowMs).toISOString(),
    has_quota: true,
    quota_reset_at: 0,
    token_based_billing: true,
  });
  const unlimited = {
    entitlement: 0,
    remaining: 0,
    quota_remaining: 0,
    percent_remaining: 100,
    unlimited: true,
    overage_permitted: false,
  };
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
      token_based_billing: true,
      quota_snapshots: {
        chat: snapshot('chat', unlimited),
        completions: snapshot('completions', unlimited),
        premium_interactions: snapshot('premium_interactions', {
          entitlement: scenario.entitlementCredits,
          remaining: Math.floor(ledger.remainingCredits()),
          quota_remaining: Math.round(ledger.remainingCredits() * 10) / 10,
          percent_remaining: ledger.percentRemaining(),
          unlimited: false,
          overage_permitted: true,
        }),
      },
    },
  };
}

function endpointsAt(stage: Stage, origin: string): JsonObject {
  const { apiHostname } = stage.scenario;
  const api = new URL(origin);
  if (apiHostname !== null) api.hostname = apiHostname;
  return { api: api.origin, proxy: origin, telemetry: origin, 'origin-tracker': origin };
}
