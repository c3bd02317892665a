/** The closed list, row by row: what is sent again, and what never is. */
import { expect, test } from 'vitest';
import { retryOf } from './retry.ts';
import type { RetryStep } from './retry.ts';
import type { TransportFailure } from './transport.ts';

const none: ReadonlySet<RetryStep> = new Set();
const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });

test.each<[string, Partial<TransportFailure>, RetryStep | null]>([
  ['nothing was sent', { phase: 'unsent' }, 'again'],
  ['a reused socket died', { phase: 'sent', reused: true }, 'fresh-connection'],
  ['a fresh socket died: perhaps the work was done', { phase: 'sent' }, null],
  ['a reused socket spoke nonsense', { phase: 'sent', reused: true, cause: new Error('parser') }, null],
  ['the answer broke off', { phase: 'answered', reused: true }, null],
  ['no head in time', { phase: 'sent', reused: true, timedOut: true }, null],
  ['a wrong certificate', { phase: 'unsent', cause: Object.assign(new Error(), { code: 'CERT_HAS_EXPIRED' }) }, null],
  [
    'connecting took too long',
    { phase: 'unsent', cause: Object.assign(new Error(), { code: 'UND_ERR_CONNECT_TIMEOUT' }) },
    null,
  ],
])('connection: %s', (_name, given, expected) => {
  const failure = { phase: 'sent', reused: false, timedOut: false, cause: reset, ...given } as const;
  expect(retryOf({ kind: 'connection', failure }, none)).toBe(expected);
});

test.each<[number, string, number | undefined, RetryStep | null]>([
  [401, 'token expired', undefined, 'renew-bearer'],
  [403, 'Forbidden', undefined, 'renew-bearer'],
  [403, 'review our Terms of Service', undefined, null],
  [403, '{"error":{"message":"The model x is not enabled for you"}}', undefined, null],
  [421, 'Misdirected Request', undefined, 'rediscover'],
  [429, '', 2_000, 'wait'],
  [429, '', 2_001, null],
  [429, '', undefined, null],
  [503, '', 1_000, 'wait'],
  [503, '', undefined, null],
  [466, 'too old', undefined, 'older-version'],
  [404, 'invalid apiVersion', undefined, 'older-version'],
  [400, 'bad', undefined, null],
  [402, 'quota', 1_000, null],
  [404, 'Not Found', undefined, null],
  [408, '', 1_000, null],
  [500, '', 1_000, null],
  [502, '', 1_000, null],
  [504, '', 1_000, null],
])('refusal: %d %j after %s', (status, bodyText, retryAfterMs, expected) => {
  expect(retryOf({ kind: 'refusal', status, bodyText, retryAfterMs }, none)).toBe(expected);
});

test.each<RetryStep>(['renew-bearer'])('each kind once: %s', (step) => {
  const refusal = { kind: 'refusal', status: 401, bodyText: '', retryAfterMs: undefined } as const;
  expect(retryOf(refusal, new Set([step]))).toBeNull();
});

test('versions are walked down more than once in a call: the list bounds them', () => {
  const refusal = { kind: 'refusal', status: 466, bodyText: '', retryAfterMs: undefined } as const;
  expect(retryOf(refusal, new Set(['older-version'] as const))).toBe('older-version');
});
