/** What is left of a quota, by whichever figures GitHub gives, and when it will be gone. */
import { expect, test } from 'vitest';
import type { Quota, QuotaSnapshot } from '../canonical/quota.ts';
import { forecastQuota } from './forecast-quota.ts';

const dayMs = 24 * 60 * 60 * 1000;
const nowMs = Date.parse('2026-11-10T00:00:00Z');
const renewedAt = Date.parse('2026-12-01T00:00:00Z');

function forecast(
  change: Partial<QuotaSnapshot>,
  perDay: number | null = null,
  resetDate: string | null = '2026-12-01',
) {
  const snapshot = {
    id: 'premium_models',
    unlimited: false,
    entitlement: 1500,
    remaining: null,
    percentRemaining: null,
    overagePermitted: false,
    overageCount: null,
    ...change,
  };
  const quota: Quota = {
    login: 'octo',
    plan: 'individual',
    sku: null,
    tokenBasedBilling: true,
    resetDate,
    snapshots: [snapshot],
  };
  return forecastQuota(quota, perDay, nowMs);
}

test.each<[what: string, snapshot: Partial<QuotaSnapshot>, used: number, usedPercent: number]>([
  ['by what remains', { remaining: 600 }, 900, 60],
  ['by what remains, whatever the share says', { remaining: 600, percentRemaining: 90 }, 900, 60],
  ['by the share alone', { percentRemaining: 20 }, 1200, 80],
  ['nothing said: nothing used', {}, 0, 0],
  ['overage', { remaining: -75 }, 1575, 105],
])('how much is used: %s', (_what, snapshot, used, usedPercent) => {
  expect(forecast(snapshot)).toMatchObject({ used, usedPercent });
});

test.each([
  ['unlimited', { unlimited: true }],
  ['without a grant', { entitlement: null }],
  ['a grant of nothing', { entitlement: 0 }],
])('no forecast: %s', (_what, snapshot) => {
  expect(forecast(snapshot)).toBeUndefined();
});

test.each([
  ['before GitHub renews', 100, 600, '2026-12-01', nowMs + 6 * dayMs],
  ['on the day it renews, too late to matter', 100, 2100, '2026-12-01', null],
  ['after it', 10, 600, '2026-12-01', null],
  ['after it, and nobody knows when that is', 10, 600, null, nowMs + 60 * dayMs],
  ['gone already', 100, 0, '2026-12-01', null],
  ['nothing is spent', 0, 600, '2026-12-01', null],
  ['nobody knows how fast', null, 600, '2026-12-01', null],
])('when it will be gone: %s', (_what, perDay, remaining, resetDate, runsOutAt) => {
  const known = { entitlement: 3000, remaining };
  expect(forecast(known, perDay, resetDate)).toMatchObject({
    runsOutAt,
    renewedAt: resetDate === null ? null : renewedAt,
  });
});
