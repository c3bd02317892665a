/** Prices as rows have carried them, and as they might come. */
import { expect, test } from 'vitest';
import { tierOf, type ModelPrices } from '../../canonical/model.ts';
import { readPrices } from './catalog-prices.ts';

const tier = (input?: number, output?: number, cacheRead?: number, cacheWrite?: number) => ({
  inputNanoAiu: input,
  outputNanoAiu: output,
  cacheReadNanoAiu: cacheRead,
  cacheWriteNanoAiu: cacheWrite,
});

test.each<[string, object, ModelPrices | undefined]>([
  [
    'two tiers',
    {
      batch_size: 1_000_000,
      default: {
        input_price: 250,
        output_price: 1500,
        cache_read_price: 25,
        cache_write_price: 0,
        context_max: 272_000,
      },
      long_context: { input_price: 500, output_price: 2250, cache_read_price: 50, context_max: 1_050_000 },
    },
    {
      batchSize: 1_000_000,
      default: tier(250e9, 1500e9, 25e9, 0),
      long: tier(500e9, 2250e9, 50e9),
      longAboveTokens: 272_000,
    },
  ],
  [
    'the older names',
    {
      default: { input_price: 0.025, output_price: 0.2, cache_price: 0.0025, max_prompt_tokens: 200_000 },
      long_context: { input_price: 1 },
    },
    { batchSize: 1_000_000, default: tier(25e6, 2e8, 25e5), long: tier(1e9), longAboveTokens: 200_000 },
  ],
  ['a flat row', { batch_size: 1000, input_price: 3, output_price: 15 }, { batchSize: 1000, default: tier(3e9, 15e9) }],
  [
    'a limit without a second tier',
    { default: { input_price: 1, context_max: 9 } },
    { batchSize: 1e6, default: tier(1e9) },
  ],
  [
    'a second tier without a limit',
    { default: { input_price: 1 }, long_context: { input_price: 2 } },
    { batchSize: 1e6, default: tier(1e9) },
  ],
  ['nothing', {}, undefined],
  ['nonsense', { default: { input_price: -1, output_price: '3' } }, undefined],
])('%s', (_name, token_prices, prices) => {
  expect(readPrices({ token_prices })).toEqual(prices);
});

test.each([[undefined], [null], ['x'], [{}], [{ token_prices: [] }]])('%j names no prices', (billing) => {
  expect(readPrices(billing)).toBeUndefined();
});

test('a prompt is billed in the long tier from the first token above its limit', () => {
  const prices = { batchSize: 1, default: tier(1), long: tier(2), longAboveTokens: 100 };
  expect([100, 101].map((tokens) => tierOf(prices, tokens))).toEqual(['default', 'long']);
  expect(tierOf({ batchSize: 1, default: tier(1) }, 1e9)).toBe('default');
});
