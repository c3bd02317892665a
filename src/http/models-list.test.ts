/** Tests of the model lists against the types that both vendors publish. */
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import type { Model as OpenAiSdkModel } from 'openai/resources/models';
import { expect, test } from 'vitest';
import { sampleModel as model } from '../../test/support/sample-model.ts';
import type { Model } from '../canonical/model.ts';
import { anthropicModel, anthropicPage, openAiModel, usableModels, withDiscoveryNames } from './models-list.ts';
import type { ListedModel } from './models-list.ts';

const listed = (id: string, change: Partial<Model> = {}): ListedModel => ({
  id,
  model: model(id, change),
  tier: 'default',
});
const list = ['a', 'b', 'c', 'd', 'e'].map((id) => listed(id));
const tier = { inputNanoAiu: 250e9, outputNanoAiu: 1500e9, cacheReadNanoAiu: 25e9, cacheWriteNanoAiu: undefined };
const prices = { batchSize: 1_000_000, default: tier, long: tier, longAboveTokens: 100_000 };

test('the shapes are those of the vendors', () => {
  expect(openAiModel(listed('gpt-5.2', { vendor: 'OpenAI', prices })) satisfies OpenAiSdkModel).toEqual({
    id: 'gpt-5.2',
    object: 'model',
    created: 0,
    owned_by: 'OpenAI',
    name: 'GPT-5.2',
    context_length: 100_000,
    max_prompt_tokens: 100_000,
    max_output_tokens: 64_000,
    supported_endpoints: ['/chat/completions'],
    capabilities: { type: 'chat', tool_calls: true, vision: false, structured_outputs: false, reasoning_effort: [] },
    price: '250 in, 1500 out',
  });
  expect(anthropicModel(listed('claude-opus-5.5')) satisfies ModelInfo).toMatchObject({
    type: 'model',
    id: 'claude-opus-5.5',
    display_name: 'CLAUDE-OPUS-5.5',
    created_at: '1970-01-01T00:00:00.000Z',
    max_input_tokens: 128_000,
    max_tokens: 64_000,
  });
});

test('only models that can be called are listed', () => {
  const models = [
    model('chat'),
    model('vectors', { kind: 'embeddings', endpoints: ['/embeddings'] }),
    model('off', { policyState: 'disabled' }),
    model('unasked', { policyState: 'unconfigured' }),
    model('ghost', { kind: 'completion' }),
    model('nowhere', { endpoints: [] }),
  ];
  expect(usableModels(models).map(({ id }) => id)).toEqual(['chat', 'vectors']);
});

test('limits end where prompts become dearer, unless somebody is content to pay', () => {
  const dear = listed('m', { prices });
  expect(anthropicModel(dear).max_input_tokens).toBe(100_000);
  expect(anthropicModel({ ...dear, tier: 'long' }).max_input_tokens).toBe(128_000);
  expect(openAiModel({ ...dear, tier: 'long' }).context_length).toBe(200_000);
  expect(anthropicModel(dear).display_name).toBe('M · 250 in, 1500 out');
});

test('clients that show only Claude get every chat model under such a name too', () => {
  const embeddings = listed('vectors', { kind: 'embeddings' });
  const all = withDiscoveryNames([listed('claude-opus-5.5'), listed('gpt-5.2'), embeddings]);
  expect(all.map(({ id }) => id)).toEqual(['claude-opus-5.5', 'gpt-5.2', 'claude-gpt-5.2', 'vectors']);
});

test.each([
  ['', 'abcde', false],
  ['limit=2', 'ab', true],
  ['limit=2&after_id=b', 'cd', true],
  ['limit=2&after_id=c', 'de', false],
  ['after_id=e', '', false],
  ['limit=2&before_id=e', 'cd', true],
  ['limit=2&before_id=c', 'ab', false],
  ['limit=1000&before_id=a', '', false],
])('the page %j', (query, ids, more) => {
  const page = anthropicPage(list, new URLSearchParams(query));
  expect(page.data.map(({ id }) => id).join('')).toBe(ids);
  expect(page).toMatchObject({ has_more: more, first_id: ids.at(0) ?? null, last_id: ids.at(-1) ?? null });
});

test.each([
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=x', 'limit'],
  ['after_id=z', 'after_id'],
  ['before_id=', 'before_id'],
])('the query %s is refused', (query, param) => {
  expect(() => anthropicPage(list, new URLSearchParams(query))).toThrow(
    expect.objectContaining({ code: 'invalid_request', param }) as Error,
  );
});
