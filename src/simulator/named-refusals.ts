/** The refusals that Copilot is known for, as data: by the code or the case that they are called for (reference §8). */
import type { JsonObject } from './json-value.ts';

interface NamedRefusal {
  readonly status: number;
  readonly body: string | JsonObject;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const coded = (status: number, code: string, message: string, headers?: Readonly<Record<string, string>>) => {
  const type = status === 429 ? 'rate_limit_error' : 'invalid_request_error';
  return { status, body: { error: { message, code, type } }, ...(headers === undefined ? {} : { headers }) };
};
const text = (status: number, body: string) => ({ status, body });
const html = 'text/html; charset=utf-8';

/** Words that Gemini wraps: a JSON text within JSON, whose code is a number. */
const nested = JSON.stringify({ error: { code: 429, message: 'Resource has been exhausted.', status: 'EXHAUSTED' } });
const session5h = 'global-chat:global-usage-5-hour-key:1:COPILOT_PLAN_INDIVIDUAL';

export const namedRefusals = {
  rate_limited: coded(429, 'rate_limited', 'Sorry, you have been rate-limited. Please wait a moment.'),
  user_global_rate_limited: coded(429, 'user_global_rate_limited:pro', 'You have reached your global rate limit.'),
  user_weekly_rate_limited: coded(429, 'user_weekly_rate_limited', "Sorry, you've exceeded your weekly limits."),
  user_model_rate_limited: coded(429, 'user_model_rate_limited', 'You have reached the rate limit of this model.'),
  integration_rate_limited: coded(429, 'integration_rate_limited', 'This integration has reached its rate limit.'),
  model_overloaded: coded(429, 'model_overloaded', 'The model is overloaded. Please try again later.'),
  upstream_provider_rate_limit: coded(429, 'upstream_provider_rate_limit', 'The provider is rate limiting.'),
  agent_mode_limit_exceeded: coded(429, 'agent_mode_limit_exceeded', 'You have reached the limit of agent mode.'),
  extension_blocked: coded(429, 'extension_blocked', 'This extension has been temporarily blocked.'),
  quota_rate_limited: coded(429, 'quota_exceeded', 'You have exceeded your quota.', {
    'x-ratelimit-exceeded': 'quota_exceeded',
  }),
  session_limit: {
    ...text(429, "Sorry, you've exceeded your 5 hour session limits."),
    headers: { 'x-ratelimit-exceeded': session5h },
  },
  gemini_nested: { status: 429, body: { error: { message: nested, code: 429 } } },

  quota_exceeded: coded(402, 'quota_exceeded', 'You have exceeded your quota of premium interactions.'),
  free_quota_exceeded: coded(402, 'free_quota_exceeded', 'You have exceeded the free quota of this month.'),
  overage_limit_reached: coded(402, 'overage_limit_reached', 'You have reached the limit of your overage budget.'),
  session_quota_exceeded: coded(402, 'session_quota_exceeded', 'You have exceeded the quota of this session.'),
  billing_not_configured: coded(402, 'billing_not_configured', 'Billing is not configured for your organization.'),
  no_quota: { status: 402, body: { message: 'You have no quota' } },
  no_quota_nested: { status: 402, body: { error: { message: 'You have no quota' } } },

  bad_request: text(400, 'Bad Request'),
  off_topic: coded(400, 'off_topic', 'The request was refused as off_topic.'),
  model_not_supported: coded(400, 'model_not_supported', 'The requested model is not supported.'),
  token_expired: text(401, 'IDE token expired: unauthorized: token expired'),
  authorize: { status: 401, body: { authorize_url: 'https://github.com/login/oauth/authorize' } },
  not_licensed: text(403, 'unauthorized: not licensed to use Copilot'),
  not_authorized: text(403, 'unauthorized: not authorized to use this Copilot feature'),
  forbidden: text(403, 'Forbidden'),
  abuse_block: text(403, 'access to this endpoint is forbidden, please review our Terms of Service'),
  not_found: text(404, 'Not Found'),
  timeout: text(408, 'Request Timeout'),
  too_large: text(413, 'Request Entity Too Large'),
  unparsed: { status: 413, body: { error: { message: 'failed to parse request', code: '' } } },
  misdirected: text(421, 'Misdirected Request'),
  content_filter: text(422, 'Filtered by Responsible AI Service'),
  failed_dependency: text(424, 'Failed Dependency'),
  client_too_old: text(466, 'client not supported: please update your editor extension'),
  string_error: { status: 500, body: { error: 'internal error' } },
  empty_body: text(500, ''),
  outage: {
    ...text(502, '<!DOCTYPE html><title>Unicorn! · GitHub</title><p>No server is available.'),
    contentType: html,
  },
  unavailable: coded(503, 'service_unavailable', 'The upstream provider is not available.'),
  overloaded: { status: 529, body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } },
  gateway_timeout: text(504, 'upstream request timeout'),
} as const satisfies Readonly<Record<string, NamedRefusal>>;

export type RefusalName = keyof typeof namedRefusals;

export function refusalNamed(name: RefusalName): NamedRefusal {
  return namedRefusals[name];
}

export function isRefusalName(name: unknown): name is RefusalName {
  return typeof name === 'string' && Object.hasOwn(namedRefusals, name);
}

/** In which header a refusal says when to come back, and in which of the two forms. */
export const retryForms = ['seconds', 'date', 'user-header', 'quota-header'] as const;
export type RetryForm = (typeof retryForms)[number];

export function retryHeader(form: RetryForm, seconds: number, nowMs: number): Readonly<Record<string, string>> {
  switch (form) {
    case 'date':
      return { 'retry-after': new Date(nowMs + seconds * 1000).toUTCString() };
    case 'user-header':
      return { 'x-ratelimit-user-retry-after': String(seconds) };
    case 'quota-header':
      return { 'x-ratelimit-quota-exceeded-retry-after': String(seconds) };
    default:
      return { 'retry-after': String(seconds) };
  }
}
