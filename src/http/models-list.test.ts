/** Tests of the model lists against the types that both vendors publish. */
import type { ModelInfo } from '@anthropic-ai/sdk/resources/models';
import type { Model as OpenAiSdkModel } from 'openai/resources/models';
import { expect, test } from 'vitest';
import { sampleModel as model } from '../../test/support/sample-model.ts';
import { anthropicModel, anthropicPage, findModel, openAiModel, usableModels } from './models-list.ts';

const list = ['a', 'b', 'c', 'd', 'e'].map((id) => model(id));

test('the shapes are those of the vendors', () => {
  expect(openAiModel(model('gpt-5.2', { vendor: 'OpenAI' })) satisfies OpenAiSdkModel).toEqual({
    id: 'gpt-5.2',
    object: 'model',
    created: 0,
    owned_by: 'OpenAI',
  });
  expect(anthropicModel(model('claude-opus-5.5')) satisfies ModelInfo).toMatchObject({
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

test.each([
  ['claude-opus-5.5', 'claude-opus-5.5'],
  ['claude-opus-5-5', 'claude-opus-5.5'],
  ['gpt-4-1', 'gpt-4-1'],
  ['gpt-4.1', 'gpt-4.1'],
  ['claude-opus-5', undefined],
  ['CLAUDE-OPUS-5.5', undefined],
  ['', undefined],
])('the id %j names %s', (id, found) => {
  const models = ['claude-opus-5.5', 'gpt-4.1', 'gpt-4-1'].map((name) => model(name));
  expect(findModel(models, id)?.id).toBe(found);
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
