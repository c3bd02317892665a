import { expect, test } from 'vitest';
import { billedNanoAiu } from './cost.ts';

const input = { token_type: 'input', token_count: 6, cost_per_batch: 250, batch_size: 1_000_000 };
const output = { token_type: 'output', token_count: 2, cost_per_batch: 1500, batch_size: 1_000_000 };

test.each([
  ['the sum it names', { total_nano_aiu: 7, token_details: [input] }, 7],
  ['the sum of its rows where it names none', { token_details: [input, output] }, 4_500_000],
  ['nothing from a row that cannot be read', { token_details: [input, { token_count: 1 }] }, null],
  ['nothing from a row whose count is text', { token_details: [{ ...input, token_count: '6' }] }, null],
  ['nothing from a row whose price is text', { token_details: [{ ...input, cost_per_batch: '250' }] }, null],
  ['nothing from a row whose batch is text', { token_details: [{ ...input, batch_size: '1' }] }, null],
  ['nothing from a batch of nothing', { token_details: [{ ...input, token_count: 0, batch_size: 0 }] }, null],
  ['nothing from a batch of less', { token_details: [{ ...input, token_count: -6, batch_size: -1 }] }, null],
  ['nothing from no rows', { token_details: [] }, null],
  ['nothing from nothing', undefined, null],
  ['its sum as text, as large integers travel', { total_nano_aiu: '7000000000' }, 7_000_000_000],
  ['its rows where its sum is below nothing', { total_nano_aiu: -7, token_details: [input] }, 1_500_000],
  ['nothing beyond what a number holds', { total_nano_aiu: 2 ** 53 }, null],
  ['nothing from rows that come to less', { token_details: [{ ...input, token_count: -6 }] }, null],
])('a bill is %s', (_name, bill, expected) => {
  expect(billedNanoAiu(bill)).toBe(expected);
});
