/** Budgets as a person reads them: what is left, what is held, when it begins anew. */
import { expect, test } from 'vitest';
import { sampleBudget } from '../../test/support/spend-rig.ts';
import type { BudgetState } from '../canonical/budget.ts';
import { budgetColumns, budgetText } from './budget-view.ts';

const state = (change: Partial<BudgetState> = {}): BudgetState => ({
  budget: sampleBudget(),
  spentNanoAiu: 4e9,
  reservedNanoAiu: 1e9,
  beginsAnewAt: Date.parse('2026-12-01T00:00:00Z'),
  ...change,
});

test.each([
  [
    state(),
    '  month  [############------------] 5 of 10 credits left, 1 held by calls under way, anew 2026-12-01 00:00 UTC (hard)',
  ],
  [
    state({
      spentNanoAiu: 12e9,
      reservedNanoAiu: 0,
      budget: sampleBudget({ id: 'ever-soft', mode: 'soft', per: 'ever' }),
      beginsAnewAt: null,
    }),
    '  ever-soft  [########################] 0 of 10 credits left (soft)',
  ],
  [
    state({ spentNanoAiu: null, reservedNanoAiu: 0, beginsAnewAt: null }),
    '  month  [????????????????????????] what is left of 10 credits is not known: the ledger cannot be read (hard)',
  ],
  [
    state({ budget: sampleBudget({ id: 'session', per: 'session', source: 'settings' }), beginsAnewAt: null }),
    '  session  10 credits per session (hard, settings)',
  ],
  [
    state({
      reservedNanoAiu: 0,
      beginsAnewAt: null,
      budget: sampleBudget({ id: 'x', of: { kind: 'project', project: 's\u001b[2J' } }),
    }),
    /^ {2}x {2}\[#{10}-{14}\] 6 of 10 credits left, project s[^\u001b]* \(hard\)$/,
  ],
])('%#', (one, line) => {
  const text = budgetText([one], { timeZone: 'UTC' }).trimEnd().slice(1);
  if (typeof line === 'string') expect(text).toBe(line);
  else expect(text).toMatch(line);
});

test('in a pipe figures are exact, and empty where they are of many sessions', () => {
  const session = state({ budget: sampleBudget({ id: 'session', per: 'session' }), beginsAnewAt: null });
  const unread = state({ spentNanoAiu: null, beginsAnewAt: null });
  expect(budgetColumns([state({ spentNanoAiu: 1 }), session, unread])).toEqual([
    ['month', '0.000000001', '1', '8.999999999', '10', 'month', 'hard', 'all', '2026-12-01T00:00:00.000Z', 'command'],
    ['session', '', '', '', '10', 'session', 'hard', 'all', '', 'command'],
    ['month', 'unknown', '1', 'unknown', '10', 'month', 'hard', 'all', '', 'command'],
  ]);
});

test('without any it says how to set one', () => {
  expect(budgetText([])).toContain('crossfeed budget set 500 --per month');
});

test('a key is called by its label: it was shown by its id', () => {
  const ofKey = state({ budget: sampleBudget({ of: { kind: 'key', keyId: 'k1' } }) });
  const labels = new Map([['k1', 'ci runner']]);
  expect(budgetText([ofKey], { timeZone: 'UTC', labels })).toContain(', key ci runner (hard)');
  expect(budgetColumns([ofKey], labels)[0]).toContain('key ci runner');
  expect(budgetColumns([ofKey])[0]).toContain('key k1');
});
