/** The balance as the headers of an answer tell it. */
import { expect, test } from 'vitest';
import { readQuotaHeader } from './quota-watch.ts';

test.each([
  [
    'ent=7000&ov=0.0&ovPerm=true&rem=90.3&rst=2026-12-01T00%3A00%3A00Z&totRem=6321.4',
    { unlimited: false, entitlement: 7000, remaining: 6321.4, percentRemaining: 90.3, overagePermitted: true },
  ],
  ['ent=10&ov=2.5&ovPerm=false&rem=0.0&totRem=-2.5', { remaining: -2.5, overageCount: 2.5, overagePermitted: false }],
  ['ent=-1&ov=0.0&ovPerm=false&rem=100.0', { unlimited: true, entitlement: null, remaining: null }],
])('%s', (value, expected) => {
  expect(readQuotaHeader(value)).toMatchObject({ id: 'premium_interactions', ...expected });
});

test.each(['', 'ent=300&rem=90.3', 'ent=x&totRem=y', 'totRem=5'])('nothing is left out of %j', (value) => {
  expect(readQuotaHeader(value)).toBeUndefined();
});
