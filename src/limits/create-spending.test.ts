/** The pieces that stand between a call and the credits, plugged together. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleBudget, sampleCall } from '../../test/support/spend-rig.ts';
import type { Reservation } from '../canonical/budget.ts';
import type { Quota } from '../canonical/quota.ts';
import { defaultConfig } from '../config/config.ts';
import { createSpending, type SpendingStore } from './create-spending.ts';

const dayMs = 24 * 60 * 60 * 1000;
const nowMs = Date.parse('2026-11-10T12:00:00Z');
const premium = { unlimited: false, entitlement: 1500, remaining: 900, percentRemaining: 60, overageCount: 0 };
const sampleQuota: Quota = {
  login: 'octo',
  plan: 'individual',
  sku: null,
  tokenBasedBilling: true,
  resetDate: '2026-12-01',
  snapshots: [{ id: 'premium_models', overagePermitted: false, ...premium }],
};

interface Asked {
  readonly limits?: Partial<typeof defaultConfig.limits>;
  readonly usage?: SpendingStore['ledger']['usage'];
  readonly redact?: (text: string) => string;
}

function rig({ limits, usage = () => ({ rows: [] }), redact }: Asked = {}) {
  const reserved: Reservation[] = [];
  const clock = createFakeClock(nowMs);
  const spending = createSpending({
    config: { ...defaultConfig.limits, ...limits },
    store: {
      spend: {
        reserve(one) {
          reserved.push(one);
          return 'kept';
        },
        spent: () => 0,
        budgets: { list: () => [sampleBudget()] },
      },
      ledger: { usage },
      callerKeys: { list: () => [] },
      facts: { get: () => undefined, set: () => undefined },
    },
    clock,
    warn: () => undefined,
    ...(redact && { redact }),
  });
  return { ...spending, reserved, clock };
}

test('what a caller says of itself is cleaned before its reservation is written down', () => {
  const { budgets, reserved } = rig({ redact: (text) => text.replace('secret', '[redacted]') });
  const call = { ...sampleCall(), client: 'tool/1 secret', project: 'of secret', kind: null };
  expect(budgets.admit(call)).toMatchObject({ allowed: true });
  expect(reserved).toMatchObject([{ client: 'tool/1 [redacted]', project: 'of [redacted]', kind: null }]);
});

test.each([
  ['session', true],
  ['all', false],
] as const)(
  'approval of %s: the second call of a session that was allowed goes at once: %s',
  async (approval, atOnce) => {
    const { budgets, approvals } = rig({ limits: { approval } });
    const first = budgets.admit(sampleCall());
    const [asked] = approvals.waiting();
    approvals.answer(asked?.id ?? '', 'allow');
    expect(await first).toMatchObject({ allowed: true });
    expect(budgets.admit(sampleCall({ exchangeId: 'x2' })) instanceof Promise).toBe(!atOnce);
  },
);

test('how fast a seat goes is first known from its own lines of the ledger, bills and estimates', () => {
  const { quota } = rig({
    usage: ({ sinceMs }) => ({
      rows: [
        { name: 'work', costNanoAiu: 700e9, estimatedNanoAiu: 0 },
        { name: 'octo', costNanoAiu: sinceMs === nowMs - 6 * dayMs ? 60e9 : 0, estimatedNanoAiu: 10e9 },
      ],
    }),
  });
  for (const account of ['octo', 'nobody']) quota.observe(account, sampleQuota);
  expect(quota.forecast('octo')).toMatchObject({ perDay: 10 });
  expect(quota.forecast('nobody')).toMatchObject({ perDay: null });
});
