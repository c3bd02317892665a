/** Readings of the balance beside the ledger: what went from it, and what of that is ours. */
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleEstimate, sampleRecord } from '../../test/support/sample-record.ts';
import type { Quota, QuotaSnapshot } from '../canonical/quota.ts';
import { openStore } from './open-store.ts';

const snapshot: QuotaSnapshot = {
  id: 'premium_interactions',
  unlimited: false,
  entitlement: 100,
  remaining: 90,
  percentRemaining: null,
  overagePermitted: true,
  overageCount: 0,
};
const quotaOf = (over: Partial<QuotaSnapshot>, tokenBasedBilling = true): Quota => ({
  login: 'octocat',
  plan: 'individual_pro',
  sku: null,
  tokenBasedBilling,
  resetDate: null,
  snapshots: [{ ...snapshot, ...over }],
});

async function open() {
  const clock = createFakeClock();
  const store = await openStore({ path: ':memory:', clock, onFault: (fault) => expect(fault).toBe(null) });
  onTestFinished(() => store.close());
  let serial = 0;
  return {
    store,
    clock,
    spend: (credits: number | null) => {
      const cost = { nanoAiu: credits && credits * 1e9, source: credits === null ? 'unknown' : 'reported' } as const;
      const id = `x${(serial += 1)}`;
      store.exchanges.record({ ...sampleRecord, id, cost: { ...cost, tier: null }, estimate: sampleEstimate });
    },
    read: (over: Partial<QuotaSnapshot>, isCredits = true) => {
      clock.advance(60_000);
      store.readings.observe('octocat', quotaOf(over, isCredits), true);
    },
  };
}

test('what went from the balance, what of it the ledger has, what unknown calls may have cost, and the rest', async () => {
  const { store, spend, read, clock } = await open();
  spend(5);
  spend(null);
  read({ remaining: 90 });
  spend(2);
  spend(null);
  read({ remaining: 87.5 });
  spend(1);
  read({ remaining: 86.1 });
  expect(store.readings.reconcile('octocat', 0)).toEqual({
    account: 'octocat',
    unit: 'credits',
    step: 0.1,
    fromMs: clock.now() - 120_000,
    toMs: clock.now(),
    balanceUsed: 3.9,
    ledgerNanoAiu: 3e9,
    unknownCalls: 1,
    estimatedNanoAiu: sampleEstimate.nanoAiu,
    userCalls: 3,
    elsewhere: 0.9,
  });
  expect(store.readings.reconcile(undefined, clock.now() - 60_000)).toMatchObject({
    ledgerNanoAiu: 1e9,
    balanceUsed: 1.4,
  });
  expect(store.readings.reconcile('other', 0)).toBeNull();
  expect(store.readings.reconcile('octocat', clock.now())).toBeNull();
});

test.each<[string, Partial<QuotaSnapshot>, Partial<QuotaSnapshot>, number]>([
  ['a new month begins at nothing', { remaining: 10 }, { remaining: 97 }, 3],
  ['beyond the entitlement, as a negative balance', { remaining: 1 }, { remaining: -4 }, 5],
  ['beyond it, as a count beside it', { remaining: 1 }, { remaining: 0, overageCount: 4 }, 5],
  ['beyond it, as both', { remaining: 1 }, { remaining: -4, overageCount: 4 }, 5],
])('%s', async (_what, before, after, used) => {
  const { store, read } = await open();
  read(before);
  read(after);
  expect(store.readings.reconcile('octocat', 0)?.balanceUsed).toBe(used);
});

test('premium requests have no bill to compare with, but calls that a person began', async () => {
  const { store, spend, read } = await open();
  read({ remaining: 90 }, false);
  spend(1);
  read({ remaining: 89 }, false);
  expect(store.readings.reconcile('octocat', 0)).toMatchObject({
    unit: 'premium requests',
    balanceUsed: 1,
    userCalls: 1,
    elsewhere: null,
  });
});

test('a reading that came with an answer is kept once in five minutes; a seat without an end never', async () => {
  const { store, clock } = await open();
  for (let count = 0; count < 9; count++) {
    clock.advance(60_000);
    store.readings.observe('octocat', quotaOf({ remaining: 90 - count }), false);
    store.readings.observe('free', quotaOf({ unlimited: true }), true);
  }
  expect(store.readings.reconcile('octocat', 0)?.balanceUsed).toBe(5);
  expect(store.readings.reconcile('free', 0)).toBeNull();
});
