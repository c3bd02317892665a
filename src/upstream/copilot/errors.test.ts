/** GitHub's error bodies in all their shapes, and what each must tell a client. */
import { expect, test } from 'vitest';
import type { ErrorCode } from '../../errors/error-table.ts';
import { isAbuseBlock, isVersionRefusal, parseInBandError, parseUpstreamError } from './errors.ts';

const json = (value: unknown) => JSON.stringify(value);
const openAi = (message: string, code = '', extra = {}) => json({ error: { message, code, ...extra } });

const rows: readonly [name: string, status: number, body: string, code: ErrorCode, message?: string | RegExp][] = [
  ['a nested error', 400, openAi('bad thing', 'invalid_request_body'), 'invalid_request', 'bad thing'],
  ['a flat error', 400, json({ message: 'bad thing', code: 'x' }), 'invalid_request', 'bad thing'],
  [
    'an Anthropic envelope',
    400,
    json({ type: 'error', error: { type: 'invalid_request_error', message: 'm: Extra inputs are not permitted' } }),
    'invalid_request',
    'm: Extra inputs are not permitted',
  ],
  ['an error that is a string', 400, json({ error: 'bad thing' }), 'invalid_request', 'bad thing'],
  ['plain text', 400, 'Bad Request', 'invalid_request', 'Bad Request'],
  [
    'JSON in a string',
    400,
    json({ error: { message: json({ error: { message: 'inner', code: 400 } }) } }),
    'invalid_request',
    'inner',
  ],
  [
    'a list, as Gemini does',
    400,
    json([{ error: { message: 'inner', code: 400, status: 'INVALID_ARGUMENT' } }]),
    'invalid_request',
    'inner',
  ],
  ['an empty body', 400, '', 'invalid_request', /HTTP 400/],
  [
    'an unknown model',
    400,
    openAi('The requested model is not supported.', 'model_not_supported'),
    'model_not_found',
    'The requested model is not supported.',
  ],
  ['no endpoint of a plan', 400, openAi('none', 'no_available_model_endpoints'), 'model_not_found'],
  [
    'the wrong endpoint',
    400,
    openAi('model "x" is not accessible via the /chat/completions endpoint', 'unsupported_api_for_model'),
    'unsupported_endpoint',
  ],
  [
    'the wrong endpoint under the other code',
    400,
    openAi('model "x" is not accessible via the /chat/completions endpoint', 'model_not_supported'),
    'unsupported_endpoint',
  ],
  [
    'overflow by code',
    400,
    openAi('prompt token count of 130000 exceeds the limit of 128000', 'model_max_prompt_tokens_exceeded'),
    'context_length_exceeded',
    /prompt is too long: 130000 tokens > 128000 maximum.*exceeds the limit/,
  ],
  ['overflow without a code', 400, openAi('prompt token count of 2 exceeds the limit of 1'), 'context_length_exceeded'],
  [
    'overflow in Anthropic words',
    400,
    json({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    }),
    'context_length_exceeded',
    'prompt is too long: 210000 tokens > 200000 maximum',
  ],
  [
    'overflow far behind',
    400,
    openAi(`${'x '.repeat(400)}prompt is too long: 9 tokens > 8 maximum`),
    'context_length_exceeded',
    /prompt is too long: 9 tokens > 8 maximum/,
  ],
  ['overflow as 413', 413, openAi('Request body is too large for model context window'), 'context_length_exceeded'],
  ['a body too large', 413, openAi('failed to parse request'), 'request_too_large', 'failed to parse request'],
  ['a body too large, as text', 413, 'Request Entity Too Large', 'request_too_large'],
  ['a lost response', 400, openAi('gone', 'previous_response_not_found'), 'previous_response_not_found'],
  ['an expired token', 401, 'IDE token expired: unauthorized: token expired', 'upstream_sign_in_required'],
  [
    'a token without the permission',
    401,
    'unauthorized: Personal Access Token does not have Copilot Requests permission',
    'upstream_forbidden',
  ],
  [
    'an agent authorization',
    401,
    json({ authorize_url: 'https://github.com/x' }),
    'upstream_forbidden',
    /https:\/\/github.com\/x/,
  ],
  [
    'a token for another integration',
    400,
    'checking third-party user token: bad request: Personal Access Tokens are not supported for this endpoint',
    'upstream_forbidden',
  ],
  [
    'no quota, nested',
    402,
    json({ error: { message: 'You have no quota' } }),
    'insufficient_quota',
    'You have no quota',
  ],
  ['no quota, flat', 402, json({ message: 'You have no quota' }), 'insufficient_quota'],
  ['no quota, no words', 402, '', 'insufficient_quota'],
  ['an overage limit', 402, openAi('x', 'overage_limit_reached'), 'insufficient_quota'],
  ['quota as 429', 429, openAi('x', 'quota_exceeded'), 'insufficient_quota'],
  ['a plain 403', 403, 'Forbidden', 'upstream_forbidden', 'Forbidden'],
  ['no licence', 403, 'unauthorized: not licensed to use Copilot', 'upstream_forbidden'],
  ['a 404', 404, 'Not Found', 'model_not_found'],
  ['a 408', 408, 'timeout', 'upstream_timeout'],
  ['a 421', 421, 'Misdirected Request', 'misdirected'],
  ['a content filter', 422, json({ error: { message: 'Filtered by Responsible AI Service' } }), 'content_filtered'],
  ['another 422', 422, openAi('cannot parse'), 'invalid_request', 'cannot parse'],
  ['a failed dependency', 424, 'x', 'upstream_error'],
  ['a rate limit', 429, openAi('slow down', 'user_global_rate_limited:pro'), 'rate_limited', 'slow down'],
  [
    'a rate limit as text',
    429,
    "Sorry, you've exceeded your 5 hour session limits.",
    'rate_limited',
    "Sorry, you've exceeded your 5 hour session limits.",
  ],
  [
    'a numeric code',
    429,
    json({ error: { message: json({ error: { code: 429, message: 'Resource exhausted' } }) } }),
    'rate_limited',
    'Resource exhausted',
  ],
  ['an overloaded model as 429', 429, openAi('busy', 'model_overloaded'), 'upstream_overloaded'],
  ['an old client', 466, 'client too old', 'upstream_forbidden'],
  ['a 500', 500, 'oops', 'upstream_error'],
  ['a 502', 502, json({ message: 'bad gateway' }), 'upstream_error'],
  ['a 503', 503, 'x', 'upstream_overloaded'],
  ['a 504', 504, 'x', 'upstream_timeout'],
  [
    'a 529',
    529,
    json({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }),
    'upstream_overloaded',
    'Overloaded',
  ],
  ['an unknown status', 418, 'teapot', 'invalid_request', 'teapot'],
  ['a HTML page', 500, '<!DOCTYPE html><html><title>Unicorn!</title></html>', 'upstream_error', /HTTP 500/],
  ['W-016 a captive portal', 511, '<html>Welcome to the hotel', 'not_an_api_response', /network wants a sign-in/],
  ['a HTML page in JSON', 502, json({ message: '<html><body>no</body></html>' }), 'upstream_error', /HTTP 502/],
  ['broken JSON', 400, '{"error":{"message":"x"', 'invalid_request', '{"error":{"message":"x"'],
  ['absurdly nested JSON', 400, '['.repeat(5000), 'invalid_request'],
  ['null', 400, 'null', 'invalid_request'],
];

test.each(rows)('%s', (_name, status, body, code, message) => {
  const error = parseUpstreamError(status, { 'x-github-request-id': 'AB:12' }, body);
  expect(error.code).toBe(code);
  expect(error.upstreamStatus).toBe(status);
  expect(error.upstreamRequestId).toBe('AB:12');
  expect(error.message.length).toBeLessThanOrEqual(400);
  expect(error.message).not.toMatch(/<html|<body|<title/i);
  if (message instanceof RegExp) expect(error.message).toMatch(message);
  else if (message !== undefined) expect(error.message).toBe(message);
});

test.each([
  [
    'a fine-grained token without the permission',
    401,
    'unauthorized: Personal Access Token does not have Copilot Requests permission',
    /permission\. Give it the account permission "Copilot Requests".* https:\/\/github\.com\/settings\/personal-access-tokens$/,
  ],
  [
    'a fine-grained token under a wrong integration id',
    400,
    'checking third-party user token: bad request: Personal Access Tokens are not supported for this endpoint',
    /this endpoint\. Reset identity\.tokenIntegrationId to its default\.$/,
  ],
])('%s is refused with the cure', (_name, status, body, message) => {
  expect(parseUpstreamError(status, {}, body).message).toMatch(message);
});

test('a plain refusal keeps its field and code', () => {
  const error = parseUpstreamError(400, {}, openAi('store is not supported', 'unsupported_value', { param: 'store' }));
  expect(error).toMatchObject({ code: 'invalid_request', param: 'store', upstreamCode: 'unsupported_value' });
});

test.each([
  ['a GitHub token', 'token gho_abcdefgh12345678 refused', 'gho_abcdefgh12345678'],
  ['a fine-grained token', 'github_pat_11ABCDEFG_xyz', 'github_pat_11ABCDEFG_xyz'],
  ['a Copilot token', 'bad tid=abc;exp=17;sku=x:mac9', 'mac9'],
  ['a bearer', 'authorization: Bearer abcdefghijkl', 'abcdefghijkl'],
  ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.x', 'eyJhbGciOiJIUzI1NiJ9'],
  ['a stack', 'boom\n    at run (/srv/app/x.js:1:2)\n    at node:internal', '/srv/app'],
  ['a path', 'cannot read /home/runner/secret.txt', 'secret.txt'],
  ['an escape sequence', 'red \u001b[31mtext\u001b[0m\u202e', '\u001b'],
])('never shows %s', (_name, text, hidden) => {
  for (const body of [text, json({ message: text }), openAi(text)]) {
    expect(parseUpstreamError(500, {}, body).message).not.toContain(hidden);
  }
});

test('cuts long words between characters', () => {
  const { message } = parseUpstreamError(400, {}, '\u{1f600}'.repeat(400));
  expect(message.length).toBeLessThanOrEqual(300);
  expect(message.isWellFormed()).toBe(true);
});

const date = 'Sun, 22 Nov 2026 12:00:00 GMT';
test.each([
  ['seconds', { 'retry-after': '7' }, 7_000],
  ['a date', { 'retry-after': 'Sun, 22 Nov 2026 12:01:00 GMT', date }, 60_000],
  ['a date gone by', { 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT', date }, 0],
  ['a day', { 'retry-after': '86400' }, 86_400_000],
  ['the other header', { 'x-ratelimit-user-retry-after': '30' }, 30_000],
  ['nonsense', { 'retry-after': 'soon' }, undefined],
  ['negative', { 'retry-after': '-3' }, undefined],
  ['nothing', {}, undefined],
] as const)('a wait given as %s', (_name, headers, expected) => {
  expect(parseUpstreamError(429, headers, '').retryAfterMs).toBe(expected);
});

test('quota never names a wait, and a header alone can tell it from a rate limit', () => {
  const error = parseUpstreamError(429, { 'retry-after': '9', 'x-ratelimit-exceeded': 'quota_exceeded' }, '');
  expect(error.code).toBe('insufficient_quota');
  expect(error.retryAfterMs).toBeUndefined();
});

test.each([
  ['a chat chunk', { choices: null, error: { code: 'rate_limited', message: 'slow' } }, 'rate_limited', 'slow'],
  ['a chat chunk without words', { error: {} }, 'upstream_error', /in its answer/],
  ['a string', { error: 'gone' }, 'upstream_error', 'gone'],
  [
    'an Anthropic event',
    { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
    'upstream_overloaded',
    'Overloaded',
  ],
  ['an Anthropic api_error', { type: 'error', error: { type: 'api_error', message: 'x' } }, 'upstream_error', 'x'],
  [
    'an Anthropic refusal',
    { type: 'error', error: { type: 'invalid_request_error', message: 'x' } },
    'invalid_request',
    'x',
  ],
  [
    'a Responses error event',
    { type: 'error', code: 'quota_exceeded', message: 'x', param: null },
    'insufficient_quota',
    'x',
  ],
  [
    'a response.failed event',
    { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'x' } } },
    'upstream_error',
    'x',
  ],
  [
    'a failed response',
    { object: 'response', status: 'failed', error: { code: 'rate_limit_exceeded', message: 'x' } },
    'rate_limited',
    'x',
  ],
  [
    'an overflow in the stream',
    { error: { code: 'context_length_exceeded', message: 'x' } },
    'context_length_exceeded',
    'x',
  ],
  ['a filter in the stream', { error: { code: 'content_filter', message: 'x' } }, 'content_filtered', 'x'],
  ['a numeric code', { error: { code: 503, message: 'x' } }, 'upstream_overloaded', 'x'],
  ['nonsense', 17, 'upstream_error', /in its answer/],
  ['nothing', undefined, 'upstream_error', /in its answer/],
] as const)('in-band: %s', (_name, payload, code, message) => {
  const error = parseInBandError(payload);
  expect(error.code).toBe(code);
  expect(error.upstreamStatus).toBeUndefined();
  expect(error.message).toMatch(message);
});

test.each([
  [403, 'access to this endpoint is forbidden. Please review our Terms of Service', true],
  [403, json({ message: 'Your account was suspended' }), true],
  [403, json({ error: { message: 'flagged for abusive use' } }), true],
  [403, 'Forbidden', false],
  [400, 'terms of service', false],
])('an abuse block: %d %s', (status, body, expected) => {
  expect(isAbuseBlock(status, body)).toBe(expected);
});

test.each([
  [466, '', true],
  [404, 'invalid apiVersion', true],
  [400, json({ error: { message: 'Invalid apiVersion: 2026-08-01' } }), true],
  [404, 'not found', false],
  [500, 'invalid apiVersion', false],
])('a refused version: %d %s', (status, body, expected) => {
  expect(isVersionRefusal(status, body)).toBe(expected);
});

test.each([
  ['<'.repeat(1e6)],
  ['/home/'.repeat(2e5)],
  ['token count of 1'.repeat(6e4)],
  [' '.repeat(1e6)],
  [' at '.repeat(2e5)],
  ['[{"error":'.repeat(1e5)],
])('a megabyte of hostile text is only a refusal', (body) => {
  expect(parseUpstreamError(400, {}, body).code).toBe('invalid_request');
});
