/** Efforts and the budgets that stand for them. */
import { expect, test } from 'vitest';
import { budgetOfEffort, effortOfBudget, nearestEffort } from './effort.ts';

const rows = [
  ['the effort itself', 'high', ['low', 'high'], 'high'],
  ['the next lower one', 'max', ['low', 'high', 'xhigh'], 'xhigh'],
  ['the next lower one, however the list is ordered', 'high', ['medium', 'low', 'xhigh'], 'medium'],
  ['the next higher one where none is lower', 'minimal', ['medium', 'high'], 'medium'],
  ['minimal where thinking may be off', 'minimal', ['none', 'low'], 'none'],
  ['a word that nobody knows', 'ultra', ['low'], 'ultra'],
  ['a list of words that nobody knows', 'high', ['ultra'], 'high'],
] as const;

test.each(rows)('%s', (_name, asked, allowed, expected) => {
  expect(nearestEffort(asked, allowed)).toBe(expected);
});

test('the budget of an effort buys that effort', () => {
  for (const effort of ['low', 'medium', 'high', 'xhigh', 'max'])
    expect(effortOfBudget(budgetOfEffort(effort))).toBe(effort);
  expect(effortOfBudget(1)).toBe('low');
  expect(budgetOfEffort('ultra')).toBe(budgetOfEffort('high'));
});
