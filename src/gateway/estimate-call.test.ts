import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { ModelPrices } from '../canonical/model.ts';
import { createCallFigures } from '../tokens/call-figures.ts';
import { cacheTerms } from './cache-terms.ts';
import { estimateCall, type CallPoint, type CallToEstimate } from './estimate-call.ts';
import type { ExchangeNews } from './exchange.ts';
import { creditsText, tellForecast } from './tell-forecast.ts';

const credit = 1e9;
const minuteMs = 60_000;
const nowMs = 1_800_000_000_000;
const tier = (factor: number) => ({
  inputNanoAiu: 500 * credit * factor,
  cacheReadNanoAiu: 50 * credit * factor,
  cacheWriteNanoAiu: 625 * credit * factor,
  outputNanoAiu: 2500 * credit * factor,
});
const prices: ModelPrices = { batchSize: 1_000_000, default: tier(1), long: tier(2), longAboveTokens: 200_000 };
const claude = sampleModel('claude', { vendor: 'Anthropic', endpoints: ['/v1/messages'], prices });
const gpt = sampleModel('gpt', { vendor: 'OpenAI', endpoints: ['/responses'], prices });
const marks = cacheTerms(claude, Buffer.from('{"cache_control":{"type":"ephemeral"}}'));
const hour = cacheTerms(claude, Buffer.from('{"cache_control":{"type":"ephemeral","ttl":"1h"}}'));
const bytes = (count: number) => ({ bytes: count, fixedTokens: 0, hasMedia: false });

const call = (over: Partial<CallToEstimate> = {}): CallToEstimate => ({
  model: claude,
  protocol: 'anthropic-messages',
  kind: 'agent',
  mass: bytes(400_000),
  terms: marks,
  maxOutputTokens: undefined,
  points: [],
  nowMs,
  ...over,
});
const point = (over: Partial<CallPoint> = {}): CallPoint => ({
  modelId: 'claude',
  kind: 'agent',
  mass: bytes(390_000),
  tokens: 97_500,
  cachedTokens: 97_000,
  outputs: [100, 300, 200],
  terms: marks,
  prices,
  sentAt: nowMs - minuteMs,
  ...over,
});
const estimate = (
  over: Partial<CallToEstimate> = {},
  figures = createCallFigures(undefined, { after: () => ({ cancel() {} }) }),
) => estimateCall(figures, call(over));

test('a call goes on from the one before: its prompt, what was added, what it cached, what it wrote', () => {
  const forecast = estimate({ points: [point()] });
  expect(forecast.estimate).toMatchObject({
    inputTokens: 100_000,
    cacheReadTokens: 97_000,
    outputTokens: 200,
    tier: 'default',
  });
  // 97,000 read at 50, 3,000 written at 625, 200 out at 2500, for a million.
  expect(forecast.estimate.nanoAiu).toBe(4.85 * credit + 1.875 * credit + 0.5 * credit);
  expect(forecast.coldNanoAiu).toBe(62.5 * credit + 0.5 * credit);
  expect(forecast.warmNanoAiu).toBe(forecast.estimate.nanoAiu);
  expect(forecast.estimate.mostNanoAiu).toBeGreaterThan(forecast.coldNanoAiu ?? Infinity);
});

test('images count by themselves: those of before are in the known prompt, those that came since are added', () => {
  const before = point({ mass: { bytes: 390_000, fixedTokens: 1500, hasMedia: true }, tokens: 99_000 });
  const now = (fixedTokens: number) =>
    estimate({ mass: { bytes: 400_000, fixedTokens, hasMedia: true }, points: [before] }).estimate.inputTokens;
  expect([now(1500), now(4500), now(0)]).toEqual([101_500, 104_500, 100_000]);
});

test.each<[string, Partial<CallPoint>, number]>([
  ['within 5 minutes', { sentAt: nowMs - 4 * minuteMs }, 97_000],
  ['after 5 minutes', { sentAt: nowMs - 6 * minuteMs }, 0],
  ['after 6 minutes, of what is kept for an hour', { sentAt: nowMs - 6 * minuteMs, terms: hour }, 97_000],
  ['nothing was marked', { cachedTokens: 0 }, 0],
  ['another model', { modelId: 'gpt' }, 0],
  ['a longer prompt than this one', { mass: bytes(900_000), tokens: 225_000 }, 0],
])('what the cache has: %s', (_what, over, cacheReadTokens) => {
  expect(estimate({ points: [point(over)] }).estimate.cacheReadTokens).toBe(cacheReadTokens);
});

test('a model that caches by itself: most of the prompt before, and nothing of a short one', () => {
  const terms = cacheTerms(gpt, Buffer.from('{}'));
  const of = (over: Partial<CallPoint>) =>
    estimate({ model: gpt, terms, points: [point({ modelId: 'gpt', terms, ...over })] }).estimate.cacheReadTokens;
  expect(of({})).toBe(87_750);
  expect(of({ mass: bytes(3_000), tokens: 800 })).toBe(0);
});

test('sub-agents and titles of the session are not taken for the line that goes on', () => {
  const points = [point(), point({ mass: bytes(40_000), tokens: 10_000, cachedTokens: 9_000, outputs: [7, 7, 7] })];
  expect(estimate({ points }).estimate).toMatchObject({ inputTokens: 100_000, outputTokens: 200 });
  expect(estimate({ points, mass: bytes(44_000) }).estimate).toMatchObject({ inputTokens: 11_000, outputTokens: 7 });
});

test('the first call of a session: by what the model made of earlier ones, else by a guess', () => {
  const figures = createCallFigures(undefined, { after: () => ({ cancel() {} }) });
  expect(estimate({}, figures).estimate.inputTokens).toBe(124_000);
  for (const rate of [0.2, 0.25, 0.9]) figures.add('rate claude anthropic-messages', rate);
  for (const output of [10, 20, 1_000]) figures.add('output claude agent', output);
  expect(estimate({}, figures).estimate).toMatchObject({
    inputTokens: 100_000,
    outputTokens: 20,
    mostOutputTokens: 1_000,
  });
});

test('no more output than the caller takes, nor than the model gives', () => {
  expect(estimate({ maxOutputTokens: 50, points: [point()] }).estimate).toMatchObject({
    outputTokens: 50,
    mostOutputTokens: 50,
  });
  const small = { ...claude, limits: { ...claude.limits, outputTokens: 150 } };
  expect(estimate({ model: small, points: [point()] }).estimate.mostOutputTokens).toBe(150);
});

test('the dearer tier, by the size of the whole prompt; a model of one price, and of none', () => {
  const long = estimate({ mass: bytes(900_000), points: [point()] });
  expect(long.estimate.tier).toBe('long');
  expect(long.estimate.nanoAiu).toBe(long.tierNanoAiu.long);
  expect(long.tierNanoAiu.long).toBe((long.tierNanoAiu.default ?? 0) * 2);
  const one = estimate({ model: { ...claude, prices: { batchSize: 1_000_000, default: tier(1) } } });
  expect(one.tierNanoAiu.long).toBeNull();
  const { prices: _none, ...unpriced } = claude;
  expect(estimate({ model: unpriced }).estimate).toMatchObject({ nanoAiu: null, mostNanoAiu: null });
});

test('what is written for an hour costs more', () => {
  const [five, sixty] = [estimate({}), estimate({ terms: hour })].map(({ coldNanoAiu }) => coldNanoAiu ?? 0);
  expect(sixty).toBeGreaterThan((five ?? 0) * 1.5);
});

test.each<[string, number, string | undefined]>([
  ['a cold cache that costs much', 9 * minuteMs, 'idle 9 min: about 63 credits, not 7.22'],
  ['a warm one', 2 * minuteMs, undefined],
  ['one that is cold since yesterday', 25 * 60 * minuteMs, 'idle 25 h: about 63 credits, not 7.22'],
])('%s is a warning, or none', (_what, idleMs, warning) => {
  const notes: Record<string, string> = {};
  const news: ExchangeNews[] = [];
  tellForecast(
    { publish: (one) => void news.push(one), note: (name, value) => void (notes[name] = value) },
    estimate({ points: [point({ sentAt: nowMs - idleMs })] }),
  );
  expect(notes['x-crossfeed-warning']).toBe(warning);
  expect(notes['x-crossfeed-estimated-credits']).toMatch(/^\d+(\.\d+)?$/);
  expect(news.map(({ type }) => type)).toEqual(['estimated']);
});

test.each([
  [0, '0'],
  [420_000_000, '0.42'],
  [3_100_000, '0.0031'],
  [38.456 * credit, '38.46'],
  [1234.5 * credit, '1235'],
])('%d nano-AIU in a header is %s', (nanoAiu, text) => {
  expect(creditsText(nanoAiu)).toBe(text);
});
