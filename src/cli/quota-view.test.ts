/** What a person and a pipe see of a quota. */
import { expect, test } from 'vitest';
import type { Quota, QuotaSnapshot } from '../canonical/quota.ts';
import { localTime } from './local-time.ts';
import { quotaColumns, quotaText } from './quota-view.ts';

const nowMs = Date.UTC(2026, 10, 22, 9, 0);
const limited: QuotaSnapshot = {
  id: 'premium_interactions',
  unlimited: false,
  entitlement: 7000,
  remaining: 6321.4,
  percentRemaining: 90.3,
  overagePermitted: true,
  overageCount: 0,
};
const chat: QuotaSnapshot = { ...limited, id: 'chat', unlimited: true, entitlement: 0, remaining: 0 };
const quota: Quota = {
  login: 'octo',
  plan: 'individual_pro',
  sku: 'yearly_subscriber_quota',
  tokenBasedBilling: true,
  resetDate: '2026-12-01',
  snapshots: [chat, limited],
};

test('a person sees the credits first, with a bar and the own time zone', () => {
  expect(quotaText(quota, { nowMs, timeZone: 'Europe/Berlin' })).toBe(`
  account   octo
  plan      individual_pro (yearly_subscriber_quota)
  credits   [######################--] 6,321.4 left of 7,000 (90.3 %), overage permitted
  chat      unlimited
  renewed   2026-12-01 01:00 CET (in 9 days)

`);
});

test.each<[string, Partial<QuotaSnapshot>, Partial<Quota>, string]>([
  ['an old plan counts requests', {}, { tokenBasedBilling: false }, 'premium requests  ['],
  [
    'an overdrawn quota is an empty bar',
    { remaining: -20, percentRemaining: -0.3 },
    {},
    '[------------------------] -20 left',
  ],
  ['used overage is told', { overageCount: 12 }, {}, 'overage permitted, 12 used'],
  [
    'what GitHub does not say is unknown',
    { remaining: null, entitlement: null, percentRemaining: null },
    {},
    'unknown',
  ],
  ['no date of renewal', {}, { resetDate: null }, 'GitHub does not say when'],
  ['a date that is none', {}, { resetDate: 'soon' }, 'GitHub does not say when'],
  ['a date in the past', {}, { resetDate: '2026-11-01' }, '(due)'],
  ['words that would move the cursor', {}, { plan: 'x\u001b[2J' }, 'x\\u{1b}[2J'],
])('%s', (_, snapshot, change, text) => {
  expect(quotaText({ ...quota, ...change, snapshots: [{ ...limited, ...snapshot }] }, { nowMs })).toContain(text);
});

test('a pipe gets one line a quota, unknown is empty', () => {
  expect(quotaColumns(quota)).toEqual([
    ['premium_interactions', '6321.4', '7000', '90.3', '2026-12-01T00:00:00.000Z', 'permitted', '0'],
    ['chat', 'unlimited', '', '90.3', '2026-12-01T00:00:00.000Z', 'permitted', '0'],
  ]);
});

test.each([
  ['Europe/Berlin', '2026-11-22 10:00 CET'],
  ['America/Los_Angeles', '2026-11-22 01:00 GMT-8'],
  ['Pacific/Auckland', '2026-11-22 22:00 GMT+13'],
])('the time in %s', (timeZone, text) => {
  expect(localTime(nowMs, timeZone)).toBe(text);
});
