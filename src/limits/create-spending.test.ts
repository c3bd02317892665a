import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleBudget, sampleCall } from '../../test/support/spend-rig.ts';
import type { Reservation } from '../canonical/budget.ts';
import { defaultConfig } from '../config/config.ts';
import { createSpending } from './create-spending.ts';

test('what a caller says of itself is cleaned before its reservation is written down', () => {
  const reserved: Reservation[] = [];
  const { budgets } = createSpending({
    config: defaultConfig.limits,
    store: {
      spend: {
        reserve: (one) => void reserved.push(one),
        spent: () => 0,
        budgets: { list: () => [sampleBudget()] },
      },
      ledger: { usage: () => ({ rows: [] }) },
      callerKeys: { list: () => [] },
      facts: { get: () => undefined, set: () => undefined },
    },
    clock: createFakeClock(),
    warn: () => undefined,
    redact: (text) => text.replace('secret', '[redacted]'),
  });
  const call = { ...sampleCall(), client: 'tool/1 secret', project: 'of secret', kind: null };
  expect(budgets.admit(call)).toMatchObject({ allowed: true });
  expect(reserved).toMatchObject([{ client: 'tool/1 [redacted]', project: 'of [redacted]', kind: null }]);
});
