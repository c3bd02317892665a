/** When the owner of a seat is warned of its quota, what is foretold, and when calls stop. */
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import type { Quota } from '../canonical/quota.ts';
import { createQuotaGuard, quotaText } from './quota-guard.ts';

const dayMs = 24 * 60 * 60 * 1000;
const startMs = Date.parse('2026-11-10T00:00:00Z');

function quotaOf(remaining: number, change: Partial<Quota> = {}, overagePermitted = false): Quota {
  return {
    login: 'octo',
    plan: 'individual_pro',
    sku: null,
    tokenBasedBilling: true,
    resetDate: '2026-12-01',
    snapshots: [
      {
        id: 'chat',
        unlimited: true,
        entitlement: null,
        remaining: null,
        percentRemaining: null,
        overagePermitted,
        overageCount: null,
      },
      {
        id: 'premium_interactions',
        unlimited: false,
        entitlement: 1500,
        remaining,
        percentRemaining: Math.round(remaining / 1.5) / 10,
        overagePermitted,
        overageCount: 0,
      },
    ],
    ...change,
  };
}

function rig(stopPercent = 0, memory = new Map<string, string>(), spent = 0) {
  const clock = createFakeClock(startMs);
  const warned: string[] = [];
  const guard = createQuotaGuard({
    stopPercent,
    clock,
    memory: { get: (key) => memory.get(key), set: (key, value) => void memory.set(key, value) },
    spent: () => spent,
    warn: (message) => void warned.push(message),
  });
  return { clock, guard, warned, memory };
}

describe('warnings', () => {
  test('come once for each of 50, 80 and 95 % of a period, in the log and to one caller', () => {
    const { guard, warned } = rig();
    const heads: number[] = [];
    for (const left of [1000, 750, 749, 400, 300, 299, 75, 10, 0]) {
      guard.observe('octo', quotaOf(left));
      heads.push(guard.judge('octo').warnings.length);
    }
    expect(warned.map((line) => line.split(' ')[0])).toEqual(['50', '80', '95']);
    expect(heads).toEqual([0, 1, 0, 0, 1, 0, 1, 0, 0]);
  });

  test('are not repeated by a restart, and begin anew with the period', () => {
    const { guard, memory } = rig();
    guard.observe('octo', quotaOf(100));
    const again = rig(0, memory);
    again.guard.observe('octo', quotaOf(100));
    expect(again.warned).toEqual([]);
    again.guard.observe('octo', quotaOf(700, { resetDate: '2027-01-01' }));
    expect(again.warned).toHaveLength(1);
  });

  test('are of one account each', () => {
    const { guard, warned } = rig();
    guard.observe('octo', quotaOf(100));
    guard.observe('work', quotaOf(100));
    expect(warned).toHaveLength(2);
    expect(guard.judge('nobody')).toEqual({ warnings: [] });
  });
});

describe('what is foretold', () => {
  test('goes by what the balance lost, whoever spent it', () => {
    const { guard, clock } = rig(0, undefined, 7 * 999e9);
    guard.observe('octo', quotaOf(1000));
    clock.advance(2 * dayMs);
    guard.observe('octo', quotaOf(800));
    expect(guard.forecast('octo')).toEqual({
      unit: 'credits',
      used: 700,
      entitlement: 1500,
      usedPercent: 46.7,
      perDay: 100,
      runsOutAt: startMs + 10 * dayMs,
      renewedAt: Date.parse('2026-12-01T00:00:00Z'),
      overagePermitted: false,
    });
  });

  test('goes by the ledger until the balance was watched for some hours', () => {
    const { guard } = rig(0, undefined, 7 * 30e9);
    guard.observe('octo', quotaOf(1000));
    expect(guard.forecast('octo')).toMatchObject({ perDay: 30, runsOutAt: null });
    expect(rig().guard.forecast('octo')).toBeUndefined();
  });

  test.each([
    ['an hour', 1, 30],
    ['six hours', 6, 400],
  ])('a burst of %s', (_what, hours, perDay) => {
    const { guard, clock } = rig(0, undefined, 7 * 30e9);
    guard.observe('octo', quotaOf(1000));
    clock.advance((hours * dayMs) / 24);
    guard.observe('octo', quotaOf(900));
    expect(guard.forecast('octo')).toMatchObject({ perDay });
  });

  test.each([
    ['where it is known', 30, /\(1200 of 1500, about 30 a day\)/],
    ['where it is next to nothing', 0.01, /\(1200 of 1500\)/],
    ['where nobody knows', null, /\(1200 of 1500\)/],
  ])('its speed is told %s', (_what, perDay, words) => {
    const { guard } = rig();
    guard.observe('octo', quotaOf(300));
    const known = guard.forecast('octo') ?? expect.fail('no forecast');
    expect(quotaText('octo', { ...known, perDay })).toMatch(words);
  });

  test('is nothing where the quota has no end', () => {
    const { guard } = rig();
    guard.observe('octo', { ...quotaOf(1000), snapshots: quotaOf(1000).snapshots.slice(0, 1) });
    expect(guard.forecast('octo')).toBeUndefined();
  });

  test.each([
    ['credits', quotaOf(300), /^80 % of the credits of octo are used \(1200 of 1500\)\. GitHub renews them on /],
    ['premium requests', quotaOf(300, { tokenBasedBilling: false }), /^80 % of the premium requests of octo are used/],
    ['overage', quotaOf(-20, {}, true), /^101\.3 % .* What comes beyond is billed: overage is permitted\.$/],
  ])('in words: %s', (_what, quota, words) => {
    const { guard } = rig();
    guard.observe('octo', quota);
    expect(quotaText('octo', guard.forecast('octo') ?? expect.fail('no forecast'))).toMatch(words);
  });
});

describe('the stop', () => {
  test('is off unless it is wanted', () => {
    const { guard } = rig();
    guard.observe('octo', quotaOf(0));
    expect(guard.judge('octo').refusal).toBeUndefined();
  });

  test('refuses from its percentage on, says how to go on, and lets go when GitHub renews', () => {
    const { guard, clock } = rig(90);
    guard.observe('octo', quotaOf(151));
    expect(guard.judge('octo').refusal).toBeUndefined();
    guard.observe('octo', quotaOf(150));
    expect(guard.judge('octo').refusal).toMatchObject({
      code: 'insufficient_quota',
      message: expect.stringMatching(/^90 % of the credits .* stops calls at 90 %\. To go on: `crossfeed config set /),
    });
    clock.advance(21 * dayMs);
    expect(guard.judge('octo').refusal).toBeUndefined();
  });
});
