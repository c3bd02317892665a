/** Seats of many ages: what GitHub leaves out, nests, or counts below zero. */
import { expect, test } from 'vitest';
import { readQuota } from './quota.ts';

const snapshot = (fields: Record<string, unknown>) =>
  readQuota({ login: 'octo', quota_snapshots: { premium_interactions: fields } })?.snapshots[0];

test.each([
  [
    'the new figures before the old',
    { entitlement: 300, remaining: 12, quota_remaining: 12.5, percent_remaining: 4.1, overage_permitted: true },
    { entitlement: 300, remaining: 12.5, percentRemaining: 4.1, overagePermitted: true, unlimited: false },
  ],
  ['a negative rest', { entitlement: 300, remaining: -8, overage_count: 8 }, { remaining: -8, overageCount: 8 }],
  ['a negative rest, reckoned', { entitlement: 300, remaining: -30 }, { percentRemaining: -10 }],
  [
    'unlimited by the flag',
    { entitlement: 0, remaining: 0, percent_remaining: 100, unlimited: true },
    { unlimited: true, entitlement: null, remaining: null, percentRemaining: null },
  ],
  ['unlimited by -1', { entitlement: -1, remaining: -1 }, { unlimited: true, remaining: null }],
  ['nothing granted', { entitlement: 0, remaining: 0, has_quota: false }, { entitlement: 0, percentRemaining: null }],
  ['rubbish', { entitlement: '300', remaining: null }, { entitlement: null, remaining: null, unlimited: false }],
])('%s', (_name, fields, expected) => {
  expect(snapshot(fields)).toMatchObject({ id: 'premium_interactions', ...expected });
});

test('a free seat with the fields of old', () => {
  expect(
    readQuota({
      login: 'octo',
      access_type_sku: 'free_limited_copilot',
      copilot_plan: 'individual',
      limited_user_quotas: { chat: 20, completions: 2000 },
      monthly_quotas: { chat: 50, completions: 2000 },
      limited_user_reset_date: '2026-12-14',
    }),
  ).toEqual({
    login: 'octo',
    plan: 'free',
    sku: 'free_limited_copilot',
    tokenBasedBilling: false,
    resetDate: '2026-12-14',
    snapshots: [
      { ...free('chat', 50, 20), percentRemaining: 40 },
      { ...free('completions', 2000, 2000), percentRemaining: 100 },
    ],
  });
});

const free = (id: string, entitlement: number, remaining: number) => ({
  id,
  unlimited: false,
  entitlement,
  remaining,
  overagePermitted: false,
  overageCount: null,
});

test.each([
  [{ quota_reset_date: '2026-12-01', quota_reset_date_utc: '2026-12-02T00:00:00.000Z' }, '2026-12-01'],
  [{ quota_reset_date_utc: '2026-12-01T00:00:00.000Z' }, '2026-12-01'],
  [{ limited_user_reset_date: 1_796_083_200 }, '2026-12-01'],
  [{ quota_reset_date: 'soon', limited_user_reset_date: 0 }, null],
  [{ quota_reset_date: null }, null],
])('the reset in %j is %j', (fields, resetDate) => {
  expect(readQuota({ login: 'octo', ...fields })?.resetDate).toBe(resetDate);
});

test('snapshots in a list, and billing by token in one of them', () => {
  const quota = readQuota({ quota_snapshots: [{ quota_id: 'chat', token_based_billing: true }, 'x'] });
  expect(quota).toMatchObject({ tokenBasedBilling: true, plan: 'unknown', sku: null, login: null });
  expect(quota?.snapshots.map(({ id }) => id)).toEqual(['chat']);
});

test.each([null, [], {}, 'x', { message: 'hello' }, { quota_snapshots: 7 }])('%j is no quota', (json) => {
  expect(readQuota(json)).toBeUndefined();
});
