/** Which list a caller gets, and under which names. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import type { Caller } from '../canonical/caller.ts';
import { objectOf } from '../canonical/json-value.ts';
import { noAliases } from '../routing/resolve-model.ts';
import { listShape, modelEntry, modelsPage, type ListNames } from './models-page.ts';

const tier = { inputNanoAiu: 1e9, outputNanoAiu: 2e9, cacheReadNanoAiu: undefined, cacheWriteNanoAiu: undefined };
const prices = { batchSize: 1_000_000, default: tier, long: tier, longAboveTokens: 100_000 };
const seat = [
  sampleModel('claude-opus-5.5', { prices, endpoints: ['/v1/messages', '/chat/completions'] }),
  sampleModel('gpt-6-luna', {
    prices,
    endpoints: ['/responses'],
    supports: { ...sampleModel('x').supports, vision: true, reasoningEfforts: ['low', 'medium', 'ultra'] },
  }),
  sampleModel('gpt-off', { policyState: 'disabled' }),
  sampleModel('vectors', { kind: 'embeddings', endpoints: ['/embeddings'] }),
];
const caller: Caller = { keyId: 'k', label: 'k', accountName: 'octo', models: null, project: null };
const names: ListNames = {
  aliases: { ...noAliases, config: { fast: ['luna'], gone: ['nothing'] } },
  contextTier: 'default',
  longContext: [],
};
const request = (query = '', headers: Record<string, string> = {}) => ({ query, headers });
const idsOf = (page: object): unknown[] => {
  const rows = objectOf(page);
  const list = rows['data'] ?? rows['models'];
  return (Array.isArray(list) ? list : []).map(
    (row) => objectOf(row)['id'] ?? objectOf(row)['slug'] ?? objectOf(row)['name'],
  );
};

test.each([
  ['', {}, 'openai'],
  ['', { 'anthropic-version': '2023-06-01' }, 'anthropic'],
  ['', { 'x-api-key': 'k' }, 'anthropic'],
  ['limit=1000', {}, 'anthropic'],
  ['after_id=a', {}, 'anthropic'],
  ['before_id=a', {}, 'anthropic'],
  ['client_version=0.169.0', {}, 'codex'],
  ['unlimited=1', {}, 'openai'],
  ['', { 'x-goog-api-key': 'k' }, 'gemini'],
  ['pageSize=50', { 'x-goog-api-client': 'google-genai-sdk/3.1' }, 'gemini'],
])('?%s with %j asks for the list of %s', (query, headers, shape) => {
  expect(listShape(request(query, headers))).toBe(shape);
});

test.each([
  ['', {}, ['claude-opus-5.5', 'gpt-6-luna', 'vectors', 'fast']],
  ['limit=1000', {}, ['claude-opus-5.5', 'gpt-6-luna', 'claude-gpt-6-luna', 'vectors', 'fast']],
  ['client_version=1', {}, ['gpt-6-luna', 'fast']],
  ['', { 'x-goog-api-key': 'k' }, ['models/claude-opus-5.5', 'models/gpt-6-luna', 'models/vectors']],
])('?%s with %j lists what can be called', (query, headers, ids) => {
  expect(idsOf(modelsPage(request(query, headers), caller, seat, names))).toEqual(ids);
});

test("a key's own limits, names and price tier hold in every list", () => {
  const own: Caller = { ...caller, models: ['claude-opus-5-5'], aliases: { big: ['opus'] }, contextTier: 'long' };
  const page = modelsPage(request(), own, seat, names);
  expect(idsOf(page)).toEqual(['claude-opus-5.5', 'big']);
  expect(page).toMatchObject({ data: [{ max_prompt_tokens: 128_000 }, { alias_of: 'claude-opus-5.5' }] });
});

test('some models may be long where the others are not', () => {
  const page = modelsPage(request(), caller, seat, { ...names, longContext: ['opus'] });
  expect(page).toMatchObject({ data: [{ max_prompt_tokens: 128_000 }, { max_prompt_tokens: 100_000 }, {}, {}] });
});

test("Codex's catalogue has what Codex needs, and no level that it does not know", () => {
  expect(modelsPage(request('client_version=0.169.0'), caller, seat)).toMatchObject({
    models: [
      {
        slug: 'gpt-6-luna',
        description: 'GPT-6-LUNA · 1 in, 2 out',
        visibility: 'list',
        context_window: 100_000,
        default_reasoning_level: 'medium',
        supported_reasoning_levels: [{ effort: 'low' }, { effort: 'medium' }],
        input_modalities: ['text', 'image'],
      },
    ],
  });
});

test.each([
  ['claude-opus-5.5', {}, { id: 'claude-opus-5.5' }],
  ['claude-opus-5-5-20260901', {}, { id: 'claude-opus-5.5' }],
  ['claude-gpt-6-luna', { 'x-api-key': 'k' }, { id: 'claude-gpt-6-luna', type: 'model' }],
  ['fast', {}, { id: 'fast', alias_of: 'gpt-6-luna' }],
  ['gpt-6-luna', { 'x-goog-api-key': 'k' }, { name: 'models/gpt-6-luna', inputTokenLimit: 100_000 }],
])('%s with %j is one model', (id, headers, entry) => {
  expect(modelEntry(request('', headers), caller, seat, names, id)).toMatchObject(entry);
});

test.each(['gpt-off', 'gone', 'nothing', ''])('%j is none', (id) => {
  expect(() => modelEntry(request(), caller, seat, names, id)).toThrow(
    expect.objectContaining({ code: 'model_not_found' }) as Error,
  );
});
