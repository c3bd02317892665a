import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { priceCells, priceRows } from './price-rows.ts';

const tier = (input: number, output: number) => ({
  inputNanoAiu: input * 1e9,
  outputNanoAiu: output * 1e9,
  cacheReadNanoAiu: (input * 1e9) / 10,
  cacheWriteNanoAiu: undefined,
});
const cheap = { ...sampleModel('cheap'), prices: { batchSize: 1_000_000, default: tier(40, 320) } };
const tiered = {
  ...sampleModel('tiered'),
  prices: { batchSize: 1_000, default: tier(0.5, 2.5), long: tier(1, 3.75), longAboveTokens: 200_000 },
};
const unpriced = { ...sampleModel('unpriced'), prices: undefined };

test('a row a tier, the dearest first, in credits for a million tokens whatever the batch', () => {
  expect(priceRows([cheap, unpriced, tiered])).toEqual([
    { id: 'tiered', tier: 'default', aboveTokens: null, input: 500, cacheRead: 50, cacheWrite: null, output: 2500 },
    { id: 'tiered', tier: 'long', aboveTokens: 200_000, input: 1000, cacheRead: 100, cacheWrite: null, output: 3750 },
    { id: 'cheap', tier: 'default', aboveTokens: null, input: 40, cacheRead: 4, cacheWrite: null, output: 320 },
    {
      id: 'unpriced',
      tier: 'default',
      aboveTokens: null,
      input: null,
      cacheRead: null,
      cacheWrite: null,
      output: null,
    },
  ]);
});

test.each([
  ['a person', true, ['above 200k', '1000', '100', '?', '3750']],
  ['a pipe', false, ['above 200000', '1000', '100', '', '3750']],
])('%s gets its own form of the unknown and of the threshold', (_who, forPerson, cells) => {
  expect(priceCells(priceRows([tiered]), forPerson)[1]).toEqual(['tiered', ...cells]);
});
