/** Catalogue rows as they were seen, and as they might come. */
import { expect, test } from 'vitest';
import { readCatalog, readTerms } from './catalog-row.ts';

const whole = {
  id: 'writer-5.5',
  name: 'Writer 5.5',
  vendor: 'Anthropic',
  preview: true,
  model_picker_enabled: true,
  policy: { state: 'enabled', terms: '' },
  supported_endpoints: ['/v1/messages', '/chat/completions', 'ws:/responses', '/v1/messages'],
  version: 'writer-5.5-2026-09-01',
  billing: { restricted_to: ['pro_plus', 1], token_prices: { default: { input_price: 300 } } },
  capabilities: {
    type: 'chat',
    tokenizer: 'cl100k_base',
    limits: {
      max_context_window_tokens: 200000,
      max_prompt_tokens: 168000,
      max_output_tokens: 32000,
      max_non_streaming_output_tokens: 16000,
      vision: { max_prompt_images: 10, max_prompt_image_size: 3145728 },
    },
    supports: {
      streaming: true,
      tool_calls: true,
      vision: true,
      structured_outputs: true,
      adaptive_thinking: true,
      parallel_tool_calls: true,
      min_thinking_budget: 1024,
      max_thinking_budget: 32000,
      reasoning_effort: ['low', 'high', 7],
    },
  },
};

test('of two rows with one id, each says what the other leaves out', () => {
  const { capabilities, billing, ...bare } = whole;
  const rows = [
    { ...bare, supported_endpoints: ['/responses'], capabilities: null, model_picker_enabled: false },
    { id: whole.id, supported_endpoints: ['/chat/completions'], capabilities, billing },
  ];
  const [model, ...more] = readCatalog({ data: rows }) ?? [];
  expect(more).toEqual([]);
  expect(model).toMatchObject({
    endpoints: ['/responses', '/chat/completions'],
    listed: false,
    limits: { outputTokens: 32_000 },
    supports: { reasoningEfforts: ['low', 'high'] },
    restrictedTo: ['pro_plus'],
  });
  expect(model?.supports.unstated).toBeUndefined();
});

test.each([undefined, null, []])('a row with %o for what the model supports says nothing of it', (supports) => {
  const [model] = readCatalog([{ id: 'a', capabilities: { supports } }]) ?? [];
  expect(model?.supports).toMatchObject({ unstated: true, reasoning: false });
});

test('reads a whole row', () => {
  expect(readCatalog({ object: 'list', data: [whole] })).toEqual([
    {
      id: 'writer-5.5',
      name: 'Writer 5.5',
      vendor: 'Anthropic',
      kind: 'chat',
      endpoints: ['/v1/messages', '/chat/completions'],
      preview: true,
      listed: true,
      policyState: 'enabled',
      tokenizer: 'cl100k_base',
      limits: {
        contextTokens: 200000,
        promptTokens: 168000,
        outputTokens: 32000,
        nonStreamingOutputTokens: 16000,
        embeddingInputs: undefined,
        promptImages: 10,
        promptImageBytes: 3_145_728,
      },
      supports: {
        streaming: true,
        toolCalls: true,
        vision: true,
        structuredOutputs: true,
        reasoning: true,
        reasoningEfforts: ['low', 'high'],
        adaptiveThinking: true,
        parallelToolCalls: true,
        minThinkingBudget: 1024,
        maxThinkingBudget: 32000,
      },
      version: 'writer-5.5-2026-09-01',
      restrictedTo: ['pro_plus'],
      prices: {
        batchSize: 1_000_000,
        default: {
          inputNanoAiu: 300e9,
          outputNanoAiu: undefined,
          cacheReadNanoAiu: undefined,
          cacheWriteNanoAiu: undefined,
        },
      },
    },
  ]);
});

test.each([
  ['a chat row without endpoints', {}, ['/chat/completions']],
  ['an embeddings row without endpoints', { capabilities: { type: 'embeddings' } }, ['/embeddings']],
  ['a completion row without endpoints', { capabilities: { type: 'completion' } }, []],
  ['an unknown kind', { capabilities: { type: 'speech' } }, []],
  ['an empty list', { supported_endpoints: [] }, []],
  ['only endpoints of others', { supported_endpoints: ['ws:/responses', 3] }, []],
])('%s offers what it implies', (_name, row, endpoints) => {
  expect(readCatalog([{ id: 'm', ...row }])?.[0]?.endpoints).toEqual(endpoints);
});

test('a bare id is a model with defaults; rows without one are none', () => {
  const models = readCatalog({ data: [{ id: 'm' }, {}, null, 'x', { id: '' }, { id: 7 }] });
  expect(models).toHaveLength(1);
  expect(models?.[0]).toMatchObject({ name: 'm', kind: 'chat', policyState: 'enabled', listed: false, preview: false });
});

test('of a repeated id the usable row stays, and equals share their endpoints', () => {
  const disabled = { id: 'm', name: 'off', policy: { state: 'disabled' }, supported_endpoints: ['/responses'] };
  const enabled = { id: 'm', name: 'on', supported_endpoints: ['/chat/completions'] };
  const other = { id: 'm', name: 'again', supported_endpoints: ['/responses'] };
  expect(readCatalog([disabled, enabled])?.[0]).toMatchObject({ name: 'on', endpoints: ['/chat/completions'] });
  expect(readCatalog([enabled, disabled])?.[0]).toMatchObject({ name: 'on', endpoints: ['/chat/completions'] });
  expect(readCatalog([enabled, other])?.[0]).toMatchObject({
    name: 'on',
    endpoints: ['/chat/completions', '/responses'],
  });
});

test.each([[null], [undefined], ['x'], [{ data: 'x' }], [{}]])('%j is no catalogue', (json) => {
  expect(readCatalog(json)).toBeUndefined();
});

test('terms are shown whole, without what plays with a terminal', () => {
  const data = [
    { id: 'a', policy: { state: 'disabled', terms: ' Enable [this](https://example.com).\n\u001b[31mNow\u202e ' } },
    { id: 'b', policy: { state: 'disabled', terms: '' } },
    { id: 'c', policy: 'x' },
    { policy: { terms: 'of nobody' } },
    null,
  ];
  expect([...readTerms({ data })]).toEqual([['a', 'Enable [this](https://example.com).\n [31mNow']]);
  expect(readTerms('x').size).toBe(0);
});
