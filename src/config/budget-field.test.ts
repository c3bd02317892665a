/** The one grammar of budgets. */
import { expect, test } from 'vitest';
import { budgetIdOf, budgetLine, budgetText, parseBudget, parseCredits } from './budget-field.ts';

test.each([
  ['500 per month', { per: 'month', mode: 'hard', nanoAiu: 500e9 }, 'month'],
  ['20 per session hard', { per: 'session', mode: 'hard', nanoAiu: 20e9 }, 'session'],
  ['100 per day key=ci soft', { per: 'day', mode: 'soft', nanoAiu: 100e9, key: 'ci' }, 'day-soft-key-ci'],
  ['0.25 per request ask', { per: 'request', mode: 'ask', nanoAiu: 25e7 }, 'request-ask'],
  [
    '7 per ever project="my site"',
    { per: 'ever', mode: 'hard', nanoAiu: 7e9, project: 'my site' },
    'ever-project-my_site',
  ],
  ['0.000000001 per day', { per: 'day', mode: 'hard', nanoAiu: 1 }, 'day'],
] as const)('%s', (line, budget, id) => {
  const parsed = parseBudget(line) ?? expect.fail('no budget');
  expect(parsed).toEqual(budget);
  expect(budgetIdOf(parsed)).toBe(id);
  expect(parseBudget(budgetText(parsed))).toEqual(budget);
});

test.each([
  '',
  '500',
  '500 per',
  'per month',
  '0 per month',
  '-5 per day',
  '5 per week',
  '5 per day maybe',
  '1e9 per day',
  '5 per day soft hard',
  '5 per day key=',
  '5 per day key=a project=b',
  '5 per day key=a key=b',
  '10000000000 per day',
])('%j is no budget', (line) => {
  expect(parseBudget(line)).toBeUndefined();
  expect(budgetLine.parse(line)).toMatchObject({ ok: false });
});

test('credits have up to nine places', () => {
  expect(parseCredits('12.345678901')).toBe(12_345_678_901);
  expect(parseCredits('1.2345678901')).toBeUndefined();
  expect(parseCredits('.5')).toBeUndefined();
});
