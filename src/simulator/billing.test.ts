import { expect, test } from 'vitest';
import { countTokens, priceTokens, type Terms } from './billing.ts';
import { defaultModels, type ModelSpec } from './models.ts';
import { createPromptCache } from './prompt-cache.ts';

function modelOf(id: string): ModelSpec {
  const model = defaultModels.find((one) => one.id === id);
  if (model === undefined) throw new Error(id);
  return model;
}

const plain = { cacheWriteTokens: 0, cacheWriteHourTokens: 0, outputTokens: 30, reasoningTokens: 10 };
const terms: Terms = { discount: 0, isTokenBased: true };

test('tokens are a quarter of the bytes', () => {
  expect([countTokens(''), countTokens('abcd'), countTokens('abcde'), countTokens('日本')]).toEqual([0, 1, 2, 2]);
});

test.each([
  // 700 × 500 + 200 × 50 + 100 × 625 + 30 × 2500 credits per million
  ['the default tier', 1000, 497_500_000],
  // input and cache twice, output one and a half times
  ['the long tier', 200_001, (199_701 * 1000 + 200 * 100 + 100 * 1250 + 30 * 3750) * 1000],
])('%s costs what the catalogue says, to the nano-AIU', (_, promptTokens, total) => {
  const usage = priceTokens(
    modelOf('claude-opus-5.5'),
    { ...plain, promptTokens, cacheReadTokens: 200, cacheWriteTokens: 100 },
    terms,
  );
  expect(usage.copilotUsage?.total_nano_aiu).toBe(total);
  const counted = usage.copilotUsage?.token_details.map((row) => row.token_count);
  expect(counted).toEqual([promptTokens - 300, 200, 100, 30]);
});

test('a price with a fraction stays exact, auto mode takes its share off, and a free model costs nothing', () => {
  const counts = { ...plain, promptTokens: 1000, cacheReadTokens: 333 };
  const nano = (id: string, discount: number) =>
    priceTokens(modelOf(id), counts, { ...terms, discount }).copilotUsage?.total_nano_aiu;
  expect(nano('gpt-5.2', 0)).toBe((667 * 175 + 333 * 17.5 + 30 * 1400) * 1000);
  expect(nano('gpt-5.2', 0.1)).toBe(667 * 157_500 + 333 * 15_750 + 30 * 1_260_000);
  expect(nano('gpt-4.1', 0)).toBe(0);
});

test('what the cache keeps for an hour is written at twice the price of input, in a row of its own', () => {
  const counts = { ...plain, promptTokens: 1000, cacheReadTokens: 0, cacheWriteTokens: 500, cacheWriteHourTokens: 200 };
  const rows = priceTokens(modelOf('claude-opus-5.5'), counts, terms).copilotUsage?.token_details;
  expect(rows?.map((row) => [row.token_type, row.token_count, row.cost_per_batch])).toEqual([
    ['input', 500, 500],
    ['cache_read', 0, 50],
    ['cache_write', 300, 625],
    ['cache_write', 200, 1000],
    ['output', 30, 2500],
  ]);
});

test('a legacy plan says nothing of what tokens cost', () => {
  const counts = { ...plain, promptTokens: 1000, cacheReadTokens: 0 };
  expect(priceTokens(modelOf('gpt-5.2'), counts, { ...terms, isTokenBased: false }).copilotUsage).toBeUndefined();
});

test('the cache knows what an earlier prompt of the same model began with', () => {
  const cache = createPromptCache();
  const start = 'a'.repeat(1024);
  expect(cache.readTokens('m', `${start}one`)).toBe(0);
  expect(cache.readTokens('m', `${start}two`)).toBe(256);
  expect(cache.readTokens('other', `${start}two`)).toBe(0);
  expect(cache.readTokens('m', `b${start}`)).toBe(0);
  expect(cache.readTokens('m', `${start}one${start}`)).toBe(256);
});
