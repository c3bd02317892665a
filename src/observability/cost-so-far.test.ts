/** Tests of what a call under way has taken so far. */
import { expect, test } from 'vitest';
import type { ModelPrices } from '../canonical/model.ts';
import { createCostSoFar } from './cost-so-far.ts';
import type { CostSoFar } from './cost-so-far.ts';

const tier = { inputNanoAiu: 100, outputNanoAiu: 500, cacheReadNanoAiu: 10, cacheWriteNanoAiu: 125 };

function begin(costs: CostSoFar, id: string, prices: ModelPrices | null = { batchSize: 1, default: tier }): void {
  costs.observe({
    type: 'routed',
    id,
    at: 1,
    askedModel: 'm',
    model: 'm',
    endpoint: '/v1/messages',
    lane: 'raw',
    stream: true,
    initiator: 'user',
    kind: null,
    prices,
  });
  const estimate = { inputTokens: 10, cacheReadTokens: 0, outputTokens: 100, mostOutputTokens: 900 };
  // 10 x 100 for the prompt, 100 x 500 for the usual answer.
  costs.observe({
    type: 'estimated',
    id,
    at: 2,
    estimate: { ...estimate, tier: 'default', nanoAiu: 51_000, mostNanoAiu: 451_000 },
  });
}

/** A whole answer of `outputTokens` in `responseBytes`. */
function answer(costs: CostSoFar, id: string, outputTokens: number, responseBytes: number): void {
  begin(costs, id);
  const usage = {
    inputTokens: 10,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    outputTokens,
    reasoningTokens: null,
    costNanoAiu: null,
  };
  costs.observe({ type: 'usage', id, at: 3, usage });
  costs.observe({
    type: 'ended',
    id,
    at: 4,
    outcome: 'finished',
    status: 200,
    error: null,
    durationMs: 3,
    responseBytes,
    heartbeats: 0,
    synthesizedEnding: false,
  });
}

test('before the answer begins nothing is said, and without an answer before it no guess is made', () => {
  const costs = createCostSoFar();
  begin(costs, 'a');
  expect(costs.of('a', 0, null)).toEqual({ outputTokens: null, isCounted: false, soFarNanoAiu: null });
  costs.observe({ type: 'first-token', id: 'a', at: 3 });
  expect(costs.of('a', 5_000, 1)).toEqual({ outputTokens: null, isCounted: false, soFarNanoAiu: null });
});

test('what the upstream counted is the truth: the prompt, and so much of the answer', () => {
  const costs = createCostSoFar();
  begin(costs, 'a');
  costs.observe({ type: 'first-token', id: 'a', at: 3 });
  expect(costs.of('a', 5_000, 30)).toEqual({ outputTokens: 30, isCounted: true, soFarNanoAiu: 1_000 + 30 * 500 });
  // A longer answer than was expected costs more than was expected.
  expect(costs.of('a', 5_000, 300).soFarNanoAiu).toBe(1_000 + 300 * 500);
});

test('answers of the same kind say what bytes are in tokens, those that ended or were tiny do not', () => {
  const costs = createCostSoFar();
  answer(costs, 'tiny', 2, 9_000);
  answer(costs, 'whole', 100, 4_000);
  begin(costs, 'a');
  costs.observe({ type: 'first-token', id: 'a', at: 3 });
  expect(costs.of('a', 800, null)).toEqual({ outputTokens: 20, isCounted: false, soFarNanoAiu: 1_000 + 20 * 500 });
  expect(costs.of('whole', 800, null).outputTokens).toBeNull();
});

test.each<[string, ModelPrices | null]>([
  ['without a price of its answer', { batchSize: 1, default: { ...tier, outputNanoAiu: undefined } }],
  ['without any price', null],
])('a model %s has tokens and no credits', (_what, prices) => {
  const costs = createCostSoFar();
  begin(costs, 'a', prices);
  costs.observe({ type: 'first-token', id: 'a', at: 3 });
  expect(costs.of('a', 0, 30)).toEqual({ outputTokens: 30, isCounted: true, soFarNanoAiu: null });
});

test('neither has one whose prompt was not priced beforehand, or not estimated at all', () => {
  const costs = createCostSoFar();
  begin(costs, 'a');
  const estimate = { inputTokens: 10, cacheReadTokens: 0, outputTokens: 100, mostOutputTokens: 900 } as const;
  costs.observe({
    type: 'estimated',
    id: 'a',
    at: 2,
    estimate: { ...estimate, tier: 'default', nanoAiu: null, mostNanoAiu: null },
  });
  costs.observe({ type: 'first-token', id: 'a', at: 3 });
  expect(costs.of('a', 0, 30).soFarNanoAiu).toBeNull();
});

test('the long tier has prices of its own', () => {
  const costs = createCostSoFar();
  begin(costs, 'a', { batchSize: 1, default: tier, long: { ...tier, outputNanoAiu: 900 }, longAboveTokens: 5 });
  const estimate = { inputTokens: 10, cacheReadTokens: 0, outputTokens: 100, mostOutputTokens: 900 } as const;
  costs.observe({
    type: 'estimated',
    id: 'a',
    at: 2,
    estimate: { ...estimate, tier: 'long', nanoAiu: 91_000, mostNanoAiu: 811_000 },
  });
  costs.observe({ type: 'first-token', id: 'a', at: 3 });
  expect(costs.of('a', 0, 30).soFarNanoAiu).toBe(1_000 + 30 * 900);
});
