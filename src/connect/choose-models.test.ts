/** Which models a tool is given, by price and vendor, and in which sizes. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { Model, ModelPrices } from '../canonical/model.ts';
import { chooseModels } from './choose-models.ts';

function prices(inputNanoAiu: number, longAboveTokens?: number): ModelPrices {
  const tier = { inputNanoAiu, outputNanoAiu: 5 * inputNanoAiu, cacheReadNanoAiu: 0, cacheWriteNanoAiu: 0 };
  return { batchSize: 1, default: tier, long: tier, longAboveTokens };
}

const row = (id: string, vendor: string, price: number, change: Partial<Model> = {}) =>
  sampleModel(id, { vendor, prices: prices(price), ...change });

const seat: readonly Model[] = [
  row('opus', 'Anthropic', 500),
  row('sonnet', 'Anthropic', 250),
  row('haiku', 'Anthropic', 100),
  row('next', 'Anthropic', 900, { preview: true }),
  row('sol', 'OpenAI', 400),
  row('luna', 'Azure OpenAI', 20),
  row('off', 'Google', 1, { policyState: 'disabled' }),
  row('hidden', 'OpenAI', 1, { listed: false }),
  row('mute', 'OpenAI', 1, { supports: { ...sampleModel('x').supports, toolCalls: false } }),
  row('embed', 'OpenAI', 0, { kind: 'embeddings' }),
];

test.each([
  ['anthropic', ['opus', 'sonnet', 'luna']],
  ['openai', ['sol', 'luna', 'luna']],
  // Nothing of its own: what most people use it with.
  ['google', ['opus', 'sonnet', 'luna']],
  [null, ['opus', 'sonnet', 'luna']],
] as const)('for %s: big, small and background', (vendor, ids) => {
  const chosen = chooseModels(seat, vendor);
  expect([chosen?.big.id, chosen?.small.id, chosen?.background.id]).toEqual(ids);
});

test('the list holds every chat model that may be called and is shown', () => {
  const ids = chooseModels(seat, null)?.list.map(({ id }) => id);
  expect(ids).toEqual(['opus', 'sonnet', 'haiku', 'next', 'sol', 'luna', 'mute']);
});

test('what the user names goes before, known or not', () => {
  const chosen = chooseModels(seat, 'anthropic', { big: 'haiku', background: 'an-alias' });
  expect(chosen).toMatchObject({ big: { id: 'haiku', promptTokens: 128_000 }, small: { id: 'sonnet' } });
  expect(chosen?.background).toMatchObject({ id: 'an-alias', promptTokens: undefined });
});

test('sizes end where prompts would become dearer', () => {
  const [chosen] = chooseModels([row('opus', 'Anthropic', 1, { prices: prices(1, 90_000) })], null)?.list ?? [];
  expect(chosen).toMatchObject({ contextTokens: 90_000, promptTokens: 90_000, outputTokens: 64_000 });
});

test('a seat with previews alone gives one, and a seat without a model that calls tools gives none', () => {
  expect(chooseModels([row('next', 'Anthropic', 9, { preview: true })], null)?.big.id).toBe('next');
  expect(chooseModels([row('embed', 'OpenAI', 0, { kind: 'embeddings' })], null)).toBeNull();
});
