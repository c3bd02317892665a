/** What usage comes to, to the nano-AIU. */
import { expect, test } from 'vitest';
import { sampleUsage } from '../../test/support/sample-record.ts';
import type { ModelPrices } from './model.ts';
import { costOf, priceOf, promptTokensOf } from './spend.ts';
import type { TokenUsage } from './token-usage.ts';

const tier = (factor: number) => ({
  inputNanoAiu: 2 * factor,
  cacheReadNanoAiu: 3 * factor,
  cacheWriteNanoAiu: 5 * factor,
  outputNanoAiu: 7 * factor,
});
const prices: ModelPrices = { batchSize: 1, default: tier(1), long: tier(10), longAboveTokens: 100 };
const usage = (change: Partial<TokenUsage> = {}): TokenUsage => ({
  inputTokens: 10,
  cacheReadTokens: 20,
  cacheWriteTokens: 30,
  outputTokens: 40,
  reasoningTokens: 4,
  costNanoAiu: null,
  ...change,
});

test.each<[string, Partial<TokenUsage>, Partial<ModelPrices>, number | null]>([
  ['every kind at its own price', {}, {}, 10 * 2 + 20 * 3 + 30 * 5 + 40 * 7],
  ['in batches, rounded once', {}, { batchSize: 4 }, 128],
  ['nothing for nothing', { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: null, outputTokens: 0 }, {}, 0],
  ['unknown where a kind has no price', {}, { default: { ...tier(1), cacheReadNanoAiu: undefined } }, null],
  [
    'known where none of that kind came',
    { cacheReadTokens: 0 },
    { default: { ...tier(1), cacheReadNanoAiu: undefined } },
    450,
  ],
])('%s', (_what, change, over, nanoAiu) => {
  expect(priceOf(usage(change), { ...prices, ...over }, 'default')).toBe(nanoAiu);
});

test('the dearer tier has prices of its own, or none', () => {
  expect(priceOf(usage(), prices, 'long')).toBe(5100);
  const { long: _none, ...single } = prices;
  expect(priceOf(usage(), single, 'long')).toBe(510);
});

test.each<[string, TokenUsage | null, ModelPrices | null, object]>([
  ['no usage', null, prices, { nanoAiu: null, source: 'unknown', tier: null }],
  ['a bill', usage({ costNanoAiu: 7 }), prices, { nanoAiu: 7, source: 'reported', tier: 'default' }],
  ['a bill without prices', usage({ costNanoAiu: 7 }), null, { nanoAiu: 7, source: 'reported', tier: null }],
  ['prices alone', usage(), prices, { nanoAiu: 510, source: 'priced', tier: 'default' }],
  [
    'the last prompt of the tier',
    usage({ inputTokens: 50 }),
    prices,
    { nanoAiu: 590, source: 'priced', tier: 'default' },
  ],
  ['the first beyond it', usage({ inputTokens: 51 }), prices, { nanoAiu: 5920, source: 'priced', tier: 'long' }],
  ['no count of the prompt', usage({ inputTokens: null }), prices, { nanoAiu: null, source: 'unknown', tier: null }],
  ['neither', usage(), null, { nanoAiu: null, source: 'unknown', tier: null }],
])('a cost by %s', (_what, of, by, cost) => {
  expect(costOf(of, by)).toEqual(cost);
});

test('the whole prompt is what was cached and what was not', () => {
  expect(promptTokensOf(sampleUsage)).toBe(1234 + 18_432);
  expect(promptTokensOf(usage())).toBe(60);
  expect(promptTokensOf(usage({ inputTokens: null }))).toBeNull();
});
