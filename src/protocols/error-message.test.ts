/** Tests of the words that a caller reads. */
import { expect, test } from 'vitest';
import { ProxyError } from '../errors/proxy-error.ts';
import { errorMessage } from './error-message.ts';

test.each([
  ['upstream_sign_in_required', 'Bad credentials', /^Bad credentials\. .*`crossfeed login`/],
  ['insufficient_quota', 'You have no quota.', /^You have no quota\. .*raise the limit at GitHub/],
  ['upstream_sign_in_required', 'Run `crossfeed login` first.', /^Run `crossfeed login` first\.$/],
  ['rate_limited', 'Slow down', /^Slow down$/],
] as const)('%s: %s', (code, message, words) => {
  expect(errorMessage(new ProxyError(code, message))).toMatch(words);
});
