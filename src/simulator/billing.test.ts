import { expect, test } from 'vitest';
import { countTokens, priceUsage } from './billing.ts';
import type { Reply } from './conversation.ts';
import { defaultModels, type ModelSpec } from './models.ts';
import { createPromptCache } from './prompt-cache.ts';

function modelOf(id: string): ModelSpec {
  const model = defaultModels.find((one) => one.id === id);
  if (model === undefined) throw new Error(id);
  return model;
}

const reply: Reply = {
  pieces: [
    { kind: 'thinking', text: 'x'.repeat(40) },
    { kind: 'text', text: 'y'.repeat(80) },
  ],
  ending: 'stop',
};

test('tokens are a quarter of the bytes', () => {
  expect([countTokens(''), countTokens('abcd'), countTokens('abcde'), countTokens('日本')]).toEqual([0, 1, 2, 2]);
});

test.each([
  // 700 × 500 + 200 × 50 + 100 × 625 + 30 × 2500 credits per million
  ['the default tier', 1000, 497_500_000],
  // input and cache twice, output one and a half times
  ['the long tier', 200_001, (199_701 * 1000 + 200 * 100 + 100 * 1250 + 30 * 3750) * 1000],
])('%s costs what the catalogue says, to the nano-AIU', (_, promptTokens, total) => {
  const usage = priceUsage(
    modelOf('claude-opus-5.5'),
    { promptTokens, cacheReadTokens: 200, cacheWriteTokens: 100 },
    reply,
  );
  expect(usage).toMatchObject({ outputTokens: 30, reasoningTokens: 10 });
  expect(usage.copilotUsage.total_nano_aiu).toBe(total);
  const counted = usage.copilotUsage.token_details.map((row) => row.token_count);
  expect(counted).toEqual([promptTokens - 300, 200, 100, 30]);
});

test('a price with a fraction stays exact, and a free model costs nothing', () => {
  const prompt = { promptTokens: 1000, cacheReadTokens: 333, cacheWriteTokens: 0 };
  const priced = priceUsage(modelOf('gpt-5.2'), prompt, reply);
  expect(priced.copilotUsage.total_nano_aiu).toBe((667 * 175 + 333 * 17.5 + 30 * 1400) * 1000);
  expect(priceUsage(modelOf('gpt-4.1'), prompt, reply).copilotUsage.total_nano_aiu).toBe(0);
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
