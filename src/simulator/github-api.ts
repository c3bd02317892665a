/** GitHub's side of the simulator: the token exchange and the user with the seat's quota (reference §1.3, §1.7). */
import type { BearerDesk } from './bearer-desk.ts';
import type { CreditLedger } from './credit-ledger.ts';
import type { JsonObject } from './json-value.ts';
import type { Scenario } from './scenario.ts';

export interface GithubReply {
  readonly status: number;
  readonly body: JsonObject;
}

const docs = 'https://docs.github.com/rest';
const badCredentials: GithubReply = {
  status: 401,
  body: { message: 'Bad credentials', documentation_url: docs, status: '401' },
};
export const githubNotFound: GithubReply = {
  status: 404,
  body: { message: 'Not Found', documentation_url: docs, status: '404' },
};

/** The GitHub token of `Authorization: token|Bearer …`. */
function githubTokenOf(authorization: string | undefined): string {
  return /^(?:token|bearer) (\S+)$/i.exec(authorization ?? '')?.[1] ?? '';
}

export function exchangeToken(
  method: string,
  authorization: string | undefined,
  origin: string,
  scenario: Scenario,
  desk: BearerDesk,
): GithubReply {
  if (method !== 'GET') return githubNotFound;
  const token = githubTokenOf(authorization);
  if (scenario.seatlessTokens.includes(token)) return { status: 403, body: noSeat };
  if (!scenario.githubTokens.includes(token)) return badCredentials;
  if (token.startsWith('github_pat_'))
    return {
      status: 403,
      body: { message: 'Resource not accessible by personal access token', documentation_url: docs, status: '403' },
    };
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
      endpoints: endpointsAt(origin),
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

const noSeat: JsonObject = {
  can_signup_for_limited: true,
  message: 'Resource not accessible by integration',
  error_details: {
    message: 'No access to GitHub Copilot found. You are currently logged in as simulated-octocat.',
    notification_id: 'no_copilot_access',
    title: 'Signup for GitHub Copilot',
    url: 'https://github.com/settings/copilot',
  },
};

export function describeUser(
  authorization: string | undefined,
  origin: string,
  scenario: Scenario,
  ledger: CreditLedger,
  nowMs: number,
): GithubReply {
  const token = githubTokenOf(authorization);
  if (!scenario.githubTokens.includes(token) && !scenario.seatlessTokens.includes(token)) return badCredentials;
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
      endpoints: endpointsAt(origin),
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

function endpointsAt(origin: string): JsonObject {
  return { api: origin, proxy: origin, telemetry: origin, 'origin-tracker': origin };
}
