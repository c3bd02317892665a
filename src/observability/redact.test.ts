/** No secret and no control character passes, ordinary words do, and hostile text costs no more than other text. */
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { createRedactor } from './redact.ts';

const patternOnly = createRedactor();

test.each([
  ['an OAuth token', 'token gho_16C7e42F292c6912E7710c838347Ae178B4a is bad', '16C7e42F'],
  ['an app user token', 'ghu_abcdef0123456789', 'abcdef0123456789'],
  ['an installation token with a JWT inside', 'ghs_12_eyJhbGciOiJI.eyJpc3MiOiIxMjM0.c2lnbmF0dXJl', 'c2lnbmF0dXJl'],
  ['a fine-grained token', '"github_pat_11ABCDEFG0abc_DEF"', '11ABCDEFG0'],
  ['a Copilot token', 'got tid=8f3e;exp=1700000000;sku=pro;proxy-ep=x:9a8b7c', '9a8b7c'],
  ['a cut Copilot token', 'exp=1700000000;sku=pro;8kp=1:deadbeef', 'deadbeef'],
  ['a bearer', 'authorization: Bearer abc123def456', 'abc123def456'],
  ['a header in a JSON text', '{"authorization":"token abcdefgh"}', 'abcdefgh'],
  ['an api key header', 'x-api-key: hunter2hunter2', 'hunter2'],
  ['an OpenAI key', 'key sk-proj-abcdefghijkl was given', 'abcdefghijkl'],
  ['a key of ours', 'wrong key cf_AAAABBBBCCCC', 'AAAABBBB'],
  ['a JWT', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3', 'dozjgNry'],
  ['a token field', '{"token":"whatever it is"}', 'whatever'],
  ['a quoted token field', '"{\\"access_token\\":\\"whatever\\"}"', 'whatever'],
  ['a key in a query', 'GET /v1beta/models?alt=sse&key=AIzaSyA123 HTTP/1.1', 'AIzaSyA123'],
  ['a key in a path', 'POST /k/abcdefghij/v1/messages', 'abcdefghij'],
  ['a proxy password', 'connect to http://me:s3cr@t@proxy.corp:8080 failed', 's3cr'],
])('%s is taken out', (_, text, secret) => {
  const clean = patternOnly.redact(text);
  expect(clean).toContain('[redacted]');
  expect(clean).not.toContain(secret);
});

test.each([
  'no bearer available',
  'token exchange failed with 403',
  'the task-something-long rule',
  'kind ghu_ is exchanged',
  'POST /v1/chat/completions 200',
  'https://api.github.com/copilot_internal/v2/token',
  'tokens in 1200 out 345',
])('ordinary words stay: %s', (text) => {
  expect(patternOnly.redact(text)).toBe(text);
});

test('a known secret is found in any place and in any spelling', () => {
  const secret = 'p"ss word/42';
  const redactor = createRedactor([secret]);
  const text = `a${secret}b ${encodeURIComponent(secret)} ${JSON.stringify({ secret })}`;
  expect(redactor.redact(text)).toBe('a[redacted]b [redacted] {"secret":"[redacted]"}');
});

test('a secret too short to be one is not added', () => {
  const redactor = createRedactor(['the']);
  expect(redactor.redact('the end')).toBe('the end');
});

test('control and direction characters are spelled out', () => {
  expect(patternOnly.redact('a\r\nb\u001b[31mc\u202ed\u2028e\u009b')).toBe(
    'a\\u{d}\\u{a}b\\u{1b}[31mc\\u{202e}d\\u{2028}e\\u{9b}',
  );
});

test('any text comes out on one line', () => {
  assert(
    property(string({ unit: 'binary' }), (text) => {
      expect(patternOnly.redact(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    }),
    { numRuns: 500 },
  );
});

test('a secret inside any text is gone', () => {
  const redactor = createRedactor(['marked-secret-0001']);
  assert(
    property(string(), string(), (before, after) => {
      expect(redactor.redact(`${before}marked-secret-0001${after}`)).not.toContain('marked-secret-0001');
    }),
  );
});

// A pattern that backtracks needs hours for these, not milliseconds: the test's own time-out is the assertion.
test.each([
  'exp=1',
  'bearer ',
  'eyJ',
  'a://',
  'gh',
  'tid=',
  '&key=',
  '"token":"',
  'cookie',
  '/k/',
  ' ',
  'x-api-key:  ',
  'sk-',
])('half a million times %j is no work', (piece) => {
  const text = piece.repeat(Math.ceil(500_000 / piece.length));
  expect(patternOnly.redact(text).length).toBeGreaterThan(0);
});

test('secrets that last are never forgotten, renewed ones only when many came after', () => {
  const redactor = createRedactor(['lasting-secret-0001']);
  redactor.add('lasting-secret-0002');
  for (let n = 0; n < 2000; n += 1) redactor.addRenewed(`renewed-bearer-${n}`);
  expect(redactor.redact('lasting-secret-0001 lasting-secret-0002 renewed-bearer-1999 renewed-bearer-5')).toBe(
    '[redacted] [redacted] [redacted] renewed-bearer-5',
  );
});
