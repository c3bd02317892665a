/** The seat's models as Ollama's clients read them. */
import type { ListResponse, ShowResponse } from 'ollama';
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { Model } from '../canonical/model.ts';
import { resolveName } from '../routing/resolve-name.ts';
import { ollamaPs, ollamaShow, ollamaTags, ollamaVersion } from './ollama-models.ts';

const tier = { inputNanoAiu: 1e9, outputNanoAiu: 2e9, cacheReadNanoAiu: undefined, cacheWriteNanoAiu: undefined };
const prices = { batchSize: 1_000_000, default: tier, long: tier, longAboveTokens: 100_000 };
const { supports } = sampleModel('x');
const opus = sampleModel('claude-opus-5.5', { prices });
const vectors = sampleModel('vectors', { kind: 'embeddings', endpoints: ['/embeddings'] });
const listed = (model: Model) => ({ id: model.id, model, tier: 'default' as const });

test('every model stands in the list under its id, and is found by what is shown, with a tag or without', () => {
  const { models } = ollamaTags([opus, vectors].map(listed));
  expect(models.map(({ name, model }) => [name, model])).toEqual([
    ['claude-opus-5.5', 'claude-opus-5.5'],
    ['vectors', 'vectors'],
  ]);
  for (const { name, digest } of models) {
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    for (const shown of [name, `${name}:latest`])
      expect(resolveName([opus, vectors], shown)).toMatchObject({ kind: 'found', model: { id: name } });
  }
  const keys = ['name', 'model', 'modified_at', 'size', 'digest', 'details'] as const;
  keys satisfies readonly (keyof ListResponse['models'][number])[];
  expect(Object.keys(models[0] ?? {})).toEqual(keys);
});

test("the window is that of the default price tier, in both places, under the vendor's name", () => {
  const shown = ollamaShow(listed(opus));
  const keys = Object.keys(shown) as readonly (keyof ShowResponse)[];
  expect(keys).toEqual(expect.arrayContaining(['details', 'model_info', 'capabilities', 'template', 'parameters']));
  expect(shown.model_info).toMatchObject({ 'general.architecture': 'anthropic', 'anthropic.context_length': 100_000 });
  expect(shown.parameters).toMatch(/^num_ctx +100000$/);
  const long = ollamaShow({ ...listed(opus), tier: 'long' });
  expect(long.model_info).toMatchObject({ 'anthropic.context_length': 200_000 });
});

test('a window that nobody knows is not told', () => {
  const limits = { ...opus.limits, contextTokens: undefined, promptTokens: undefined };
  const shown = ollamaShow(listed({ ...opus, prices: undefined, limits }));
  expect(JSON.stringify(shown)).not.toContain('context_length');
  expect(shown.parameters).toBe('');
});

test.each<[string, Model, readonly string[]]>([
  ['one with tools', opus, ['completion', 'tools']],
  [
    'one that sees and thinks',
    { ...opus, supports: { ...supports, vision: true, reasoning: true } },
    ['completion', 'tools', 'vision', 'thinking'],
  ],
  ['one without tools', { ...opus, supports: { ...supports, toolCalls: false } }, ['completion']],
  [
    'one of which nothing is said',
    { ...opus, supports: { ...supports, toolCalls: false, unstated: true } },
    ['completion', 'tools'],
  ],
  ['one of embeddings', vectors, ['embedding']],
])('capabilities of %s', (_name, model, capabilities) => {
  expect(ollamaShow(listed(model)).capabilities).toEqual(capabilities);
});

test('nothing runs, and the version is new enough for Codex', () => {
  expect(ollamaPs()).toEqual({ models: [] });
  const [major = 0, minor = 0] = ollamaVersion.split('.').map(Number);
  expect(major > 0 || minor >= 14).toBe(true);
});
