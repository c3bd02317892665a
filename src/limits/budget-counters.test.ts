/** Counters of sessions are forgotten at some time, and what calls under way hold never is. */
import { expect, test } from 'vitest';
import { sampleBudget } from '../../test/support/spend-rig.ts';
import { createBudgetCounters, type BudgetCounter } from './budget-counters.ts';

const maxSessions = 2_000;

function manySessions(count: number, change: (counter: BudgetCounter, index: number) => void = () => undefined) {
  const asked: (string | undefined)[] = [];
  const counters = createBudgetCounters({
    spent(_of, _fromMs, session) {
      asked.push(session);
      return 0;
    },
  });
  const budget = sampleBudget({ per: 'session' });
  for (let index = 0; index < count; index += 1) change(counters.of(budget, `s${index}`, 0), index);
  asked.length = 0;
  return { counters, budget, asked };
}

test('as many sessions as there is room for are read once', () => {
  const { counters, budget, asked } = manySessions(maxSessions);
  counters.of(budget, 's0', 0);
  expect(asked).toEqual([]);
});

test('of one more, the one that was quiet for longest is read again, and no other', () => {
  const { counters, budget, asked } = manySessions(maxSessions + 1);
  expect(counters.known(budget, 's0', 0)).toBeUndefined();
  expect(counters.known(budget, 's1', 0)).toBeDefined();
  counters.of(budget, 's0', 0);
  expect(asked).toEqual(['s0']);
});

test('a session whose calls are under way keeps what they hold', () => {
  const { counters, budget } = manySessions(maxSessions + 1, (counter, index) => {
    if (index === 0) counter.reserved = 5;
  });
  expect(counters.of(budget, 's0', 0).reserved).toBe(5);
  expect(counters.known(budget, 's1', 0)).toBeUndefined();
});

test('what is no session is not forgotten for many of them', () => {
  const month = sampleBudget();
  const { counters, asked } = manySessions(0);
  counters.of(month, '', 0).spent = 7;
  for (let index = 0; index <= maxSessions; index += 1)
    counters.of(sampleBudget({ id: 'each', per: 'session' }), `s${index}`, 0);
  asked.length = 0;
  expect(counters.of(month, '', 0).spent).toBe(7);
  expect(asked).toEqual([]);
});
