/** GitHub's refusals, whatever their shape, as our errors: the code says what a client should do. */
import { errorRow } from '../../errors/error-table.ts';
import type { ErrorCode } from '../../errors/error-table.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { readErrorBody, readErrorValue } from './error-body.ts';
import type { ErrorBody } from './error-body.ts';
import { withOverflowPhrase } from './overflow-phrase.ts';
import { cureOfToken } from './refusal-causes.ts';
import { retryAfterMsOf } from './retry-after.ts';

type Headers = Readonly<Record<string, string>>;

/**
 * The error of a non-2xx answer. `headers` in lower case; the body in any shape, HTML is never echoed. Keeps the
 * upstream's message (≤ 300 characters), status, request id, wait, and for plain 400s its `param` and code.
 */
export function parseUpstreamError(status: number, headers: Headers, bodyText: string): ProxyError {
  const body = readErrorBody(bodyText);
  // The one kind of quota answer that only a header tells from a rate limit.
  const quota = status === 429 && /quota_exceeded/.test(headers['x-ratelimit-exceeded'] ?? '');
  const code = quota ? 'insufficient_quota' : classify(status, body);
  return build(code, body, status, headers);
}

/**
 * The error inside a 2xx answer: a chat chunk `{"error":{…}}`, the body of an Anthropic `event: error`, a Responses
 * `error` event, a `response.failed` event or its `response` object.
 */
export function parseInBandError(payload: unknown): ProxyError {
  const body = readErrorValue(payload);
  const status = impliedStatus(body);
  return build(classify(status, body), body, undefined, {});
}

/** Whether a 403 is GitHub blocking the account for how it is used: everything stops then. */
export function isAbuseBlock(status: number, bodyText: string): boolean {
  if (status !== 403) return false;
  return /terms of (?:service|use)|acceptable use|\babus(?:e|ive|ing)\b|suspended|suspicious|access to this endpoint is forbidden/.test(
    readErrorBody(bodyText).matchText,
  );
}

/** Whether the answer complains about `x-github-api-version` or an outdated client, at whatever status. */
export function isVersionRefusal(status: number, bodyText: string): boolean {
  if (status === 466) return true;
  return (status === 400 || status === 404) && /invalid api[ -]?version/.test(bodyText.slice(0, 2048).toLowerCase());
}

/** Whether a 403 speaks of one model or feature: a new token does not help, and the account is not at fault. */
export function isModelRefusal(bodyText: string): boolean {
  const body = readErrorBody(bodyText);
  return /model/.test(body.code) || /\bmodel\b/.test(body.matchText);
}

interface Rule {
  readonly to: ErrorCode;
  /** Client statuses only, unless in-band: a 5xx that mentions a window is still a 5xx. */
  readonly codes?: RegExp;
  readonly words?: RegExp;
  readonly statuses?: readonly number[];
}

/** First match wins. Codes are compared whole, up to a `:` (`user_global_rate_limited:pro`). */
const rules: readonly Rule[] = [
  {
    to: 'context_length_exceeded',
    codes: /^(?:model_max_prompt_tokens_exceeded|context_length_exceeded|context_window_exceeded)$/,
    words:
      /prompt is too long|prompt token count of \d+ exceeds|maximum context length|(?:model )?context window|context length exceeded|input is too long|input token count.{0,40}exceeds/,
    statuses: [400, 413, 422],
  },
  {
    to: 'insufficient_quota',
    codes:
      /^(?:quota_exceeded|free_quota_exceeded|overage_limit_reached|session_quota_exceeded|billing_not_configured|insufficient_quota|billing_error)$/,
    words: /you have no quota|exceeded your (?:current |monthly |premium )?quota|quota (?:is |has been )?exceeded/,
    statuses: [400, 402, 403, 429],
  },
  { to: 'insufficient_quota', statuses: [402] },
  {
    to: 'content_filtered',
    codes: /^content_filter(?:ed)?$/,
    words: /filtered by responsible ai|responsible ai policy|content management policy|content filter|off_topic/,
    statuses: [400, 422],
  },
  {
    to: 'unsupported_endpoint',
    codes: /^unsupported_api_for_model$/,
    words: /not (?:accessible|supported|available) (?:via|on|through|by) the \/\S+ endpoint/,
    statuses: [400, 404],
  },
  {
    to: 'model_not_found',
    codes: /^(?:model_not_supported|model_not_found|no_available_model_endpoints)$/,
    words: /requested model is not supported|model .{0,100}(?:not found|does not exist)|\bunknown model\b/,
    statuses: [400, 403, 404],
  },
  {
    to: 'previous_response_not_found',
    codes: /^previous_response_not_found$/,
    statuses: [400, 404],
  },
  {
    to: 'upstream_forbidden',
    words: /personal access tokens are not supported|does not have copilot requests permission/,
    statuses: [400, 401],
  },
  {
    to: 'upstream_overloaded',
    codes: /^(?:model_overloaded|overloaded_error|service_unavailable|server_is_overloaded|slow_down)$/,
  },
  { to: 'upstream_timeout', codes: /^(?:timeout_error|upstream_timeout)$/ },
];

const codeOfStatus: Readonly<Record<number, ErrorCode>> = {
  401: 'upstream_sign_in_required',
  403: 'upstream_forbidden',
  404: 'model_not_found',
  408: 'upstream_timeout',
  413: 'request_too_large',
  421: 'misdirected',
  424: 'upstream_error',
  429: 'rate_limited',
  460: 'upstream_forbidden',
  466: 'upstream_forbidden',
  499: 'upstream_error',
  503: 'upstream_overloaded',
  504: 'upstream_timeout',
  511: 'not_an_api_response',
  529: 'upstream_overloaded',
};

function classify(status: number, body: ErrorBody): ErrorCode {
  const [code = ''] = body.code.split(':');
  for (const rule of rules) {
    if (rule.statuses !== undefined && !rule.statuses.includes(status)) continue;
    if (rule.codes === undefined && rule.words === undefined) return rule.to;
    if (rule.codes?.test(code) || rule.codes?.test(body.type) || rule.words?.test(body.matchText)) return rule.to;
  }
  // An agent wants its own authorization: the GitHub login itself is well.
  if (status === 401 && body.link !== undefined) return 'upstream_forbidden';
  return codeOfStatus[status] ?? (status < 500 ? 'invalid_request' : 'upstream_error');
}

/** In-band errors carry no status; their type or code implies one. Unknown words are the upstream's own failure. */
function impliedStatus(body: ErrorBody): number {
  const numeric = Number(body.code);
  if (Number.isInteger(numeric) && numeric >= 400 && numeric < 600) return numeric;
  for (const word of [body.code, body.type]) {
    const status = statusOfWord.find(([pattern]) => pattern.test(word))?.[1];
    if (status !== undefined) return status;
  }
  return 500;
}

const statusOfWord: readonly (readonly [RegExp, number])[] = [
  [/rate_limit|resource_exhausted|too_many_requests|agent_mode_limit_exceeded|extension_blocked/i, 429],
  [/quota|overage_limit|billing/i, 402],
  [/overloaded|unavailable/i, 503],
  [/request_too_large/i, 413],
  [/authentication|unauthenticated|unauthorized/i, 401],
  [/permission/i, 403],
  [/not_found/i, 404],
  [/timeout|deadline_exceeded/i, 504],
  [/invalid|bad_request|unsupported|content_filter|context_length|max_prompt_tokens|string_above/i, 400],
];

function build(code: ErrorCode, body: ErrorBody, status: number | undefined, headers: Headers): ProxyError {
  const plainRefusal = code === 'invalid_request';
  return new ProxyError(code, messageFor(code, body, status), {
    quotesUpstream: body.message !== '',
    upstreamStatus: status,
    upstreamRequestId: headers['x-github-request-id'],
    retryAfterMs: errorRow(code).retryable ? retryAfterMsOf(headers) : undefined,
    param: plainRefusal ? body.param : undefined,
    upstreamCode: plainRefusal && /^[\w.-]{1,64}$/.test(body.code) ? body.code : undefined,
  });
}

function messageFor(code: ErrorCode, body: ErrorBody, status: number | undefined): string {
  if (status === 511) return 'This network wants a sign-in of its own (HTTP 511): open a web page, and sign in there.';
  const where = status === undefined ? 'in its answer' : `with HTTP ${status}`;
  const words = body.message === '' ? `The Copilot API failed ${where}.` : body.message;
  const link = body.link !== undefined && code === 'upstream_forbidden' ? ` ${body.link.slice(0, 200)}` : '';
  if (code === 'context_length_exceeded') return withOverflowPhrase(words);
  const cure = code === 'upstream_forbidden' ? cureOfToken(body) : null;
  return cure === null ? words + link : `${words.replace(/\.$/, '')}. ${cure}`;
}
