import type { ResponseCreateParams, ResponseInputItem, Tool } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import { sampleModel } from '../../../test/support/sample-model.ts';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeResponsesRequest } from './decode-request.ts';
import { encodeResponsesRequest } from './encode-request.ts';

const plain = sampleModel('gpt', { vendor: 'OpenAI' });
const reasoner = { ...plain, supports: { ...plain.supports, reasoning: true } };

const empty: ModelRequest = decodeResponsesRequest({ model: 'm', input: [] }, () => undefined);

function encode(change: Partial<ModelRequest>, model = reasoner) {
  const edits: RequestEdit[] = [];
  const body = encodeResponsesRequest({ ...empty, ...change }, { model, report: (edit) => edits.push(edit) });
  return { body, edits };
}

const inputOf = (...items: readonly Item[]) => encode({ items }).body['input'];
const text = (value: string) => ({ kind: 'text', text: value }) as const;
const call = { kind: 'tool-call', callId: 'c1', name: 'f', namespace: null, form: 'function', sealed: null } as const;
const result = { kind: 'tool-result', callId: 'c1', form: 'function', isError: null } as const;
const image = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } } as const;

test('where a turn is nothing but a file of an account, the model is told so', () => {
  const source = { kind: 'file', id: 'x' } as const;
  const content = { type: 'input_text', text: '[file x is not available]' };
  expect(
    inputOf({
      kind: 'message',
      role: 'user',
      parts: [
        { kind: 'document', source },
        { kind: 'image', source },
      ],
    }),
  ).toMatchObject([{ content: [content, content] }]);
});

test('#47 a bare request is stateless and streamed, and asks a model that reasons for its seals', () => {
  const base = { input: [], store: false, stream: true };
  expect(encode({}).body).toEqual({ ...base, model: 'gpt', include: ['reasoning.encrypted_content'] });
  expect(encode({}, plain).body).toEqual({ ...base, model: 'gpt' });
});

test.each<[string, readonly Item[], readonly ResponseInputItem[] | readonly JsonObject[]]>([
  [
    '#12 system turns stay in their place and keep their word',
    [
      { kind: 'message', role: 'system', parts: [text('a')] },
      { kind: 'message', role: 'user', parts: [text('b')] },
      { kind: 'message', role: 'developer', parts: [text('c')] },
    ],
    [
      { type: 'message', role: 'system', content: [{ type: 'input_text', text: 'a' }] },
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'b' }] },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'c' }] },
    ],
  ],
  [
    '#94 #95 #46 reasoning goes with its seal and without an id, right before its call',
    [
      { kind: 'reasoning', text: 'why', sealed: { kind: 'encrypted', blob: 'x', id: 'rs_1' } },
      { kind: 'reasoning', text: '', sealed: { kind: 'encrypted', blob: 'y', id: null } },
      { ...call, input: '{"a":1}' },
      { ...result, parts: [text('ok')] },
    ],
    [
      { type: 'reasoning', summary: [{ type: 'summary_text', text: 'why' }], encrypted_content: 'x' },
      { type: 'reasoning', summary: [], encrypted_content: 'y' },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'ok' },
    ],
  ],
  [
    '#54 a call without arguments has an empty object; broken ones stay as they are',
    [
      { ...call, input: '' },
      { ...call, input: '{"a"' },
    ],
    [
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{}' },
      { type: 'function_call', call_id: 'c1', name: 'f', arguments: '{"a"' },
    ],
  ],
  [
    '#8 an image in a tool result stays there as an image',
    [{ ...result, parts: [text('see'), image] }],
    [
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
    ],
  ],
  [
    '#6 #7 #9 an image by its address, and a document',
    [
      {
        kind: 'message',
        role: 'user',
        parts: [
          { kind: 'image', source: { kind: 'url', url: 'https://a.example/b.png' }, detail: 'low' },
          { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' } },
        ],
      },
    ],
    [
      {
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_image', detail: 'low', image_url: 'https://a.example/b.png' },
          { type: 'input_file', filename: 'document.pdf', file_data: 'data:application/pdf;base64,BBBB' },
        ],
      },
    ],
  ],
  [
    'what the model said, with its phase and a refusal; an empty text is nothing',
    [
      { kind: 'message', role: 'assistant', phase: 'commentary', parts: [text('a'), { kind: 'refusal', text: 'no' }] },
      { kind: 'message', role: 'assistant', parts: [text('')] },
    ],
    [
      {
        type: 'message',
        role: 'assistant',
        content: [
          { type: 'output_text', text: 'a', annotations: [] },
          { type: 'refusal', refusal: 'no' },
        ],
        phase: 'commentary',
      },
    ],
  ],
])('%s', (_, items, input) => {
  expect(inputOf(...items)).toEqual(input);
});

test('a failed call says so at the head of its result, and that is reported', () => {
  const { body, edits } = encode({ items: [{ ...result, isError: true, parts: [text('boom'), image] }] });
  expect(body['input']).toMatchObject([{ output: [{ text: '[error] boom' }, { type: 'input_image' }] }]);
  expect(edits).toMatchObject([{ rule: 'approximated', path: 'items.0.isError' }]);
});

test('an id of a call that is too long becomes the same other one on call and result', () => {
  const callId = `toolu_${'x'.repeat(80)}`;
  const [one, other] = inputOf({ ...call, callId, input: '{}' }, { ...result, callId, parts: [] }) as JsonObject[];
  expect(one?.['call_id']).toHaveLength(64);
  expect(other?.['call_id']).toBe(one?.['call_id']);
});

test.each<[string, Item, RequestEdit['path']]>([
  ['reasoning without its seal', { kind: 'reasoning', text: 'why', sealed: null }, 'items.0'],
  ['the name of a speaker', { kind: 'message', role: 'user', name: 'bob', parts: [text('a')] }, 'items.0.name'],
  [
    'an item of another protocol',
    { kind: 'foreign', protocol: 'anthropic-messages', type: 'container_upload', value: {} },
    'items.0',
  ],
  [
    'a file of an account',
    { kind: 'message', role: 'user', parts: [{ kind: 'document', source: { kind: 'file', id: 'x' } }] },
    'items.0.parts.0',
  ],
])('%s is not carried, and reported', (_, item, path) => {
  expect(encode({ items: [item] }).edits).toMatchObject([{ rule: 'not-carried', path }]);
});

test('#41 #45 #14 tools say how strict they are, and the choice is flat', () => {
  const tool = { kind: 'function', namespace: null, description: null, strict: null, deferred: false } as const;
  const { body } = encode({
    tools: [
      { ...tool, name: 'f', schema: { type: 'object' } },
      { ...tool, name: 'g', schema: null, strict: true },
    ],
    toolChoice: { kind: 'tool', tool: { name: 'f', namespace: null } },
    parallelToolCalls: false,
  });
  expect(body['tools']).toEqual([
    { type: 'function', name: 'f', parameters: { type: 'object' }, strict: false },
    { type: 'function', name: 'g', parameters: { type: 'object', properties: {} }, strict: true },
  ] satisfies readonly Tool[]);
  expect(body).toMatchObject({ tool_choice: { type: 'function', name: 'f' }, parallel_tool_calls: false });
});

test('without tools nothing is said of their use', () => {
  const { body } = encode({ toolChoice: { kind: 'required' }, parallelToolCalls: false });
  expect(body).not.toHaveProperty('tool_choice');
  expect(body).not.toHaveProperty('parallel_tool_calls');
});

const asks = { effort: null, budgetTokens: null, mode: null, show: null };

test.each([
  ['an effort goes verbatim', { ...asks, effort: 'xhigh' }, { effort: 'xhigh', summary: 'auto' }],
  ['#15 a budget becomes an effort', { ...asks, budgetTokens: 10_000 }, { effort: 'medium', summary: 'auto' }],
  ['off is none', { ...asks, mode: 'off' as const }, { effort: 'none' }],
  ['hidden is without a summary', { ...asks, effort: 'low', show: false }, { effort: 'low' }],
  ['adaptive leaves the effort to the vendor', { ...asks, mode: 'adaptive' as const }, { summary: 'auto' }],
])('thinking: %s', (_, reasoning, expected) => {
  expect(encode({ reasoning }).body['reasoning']).toEqual(expected);
  expect(encode({ reasoning }, plain).body).not.toHaveProperty('reasoning');
});

test('#49 a schema goes up with its strictness said, beside the verbosity', () => {
  const format = {
    kind: 'json-schema',
    name: null,
    description: null,
    schema: { type: 'object' },
    strict: null,
  } as const;
  expect(encode({ output: { format, verbosity: 'low' } }).body['text']).toEqual({
    format: { type: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: false },
    verbosity: 'low',
  });
});

test('an output limit below the least is raised, and that is reported', () => {
  const { body, edits } = encode({ maxOutputTokens: 1 });
  expect(body['max_output_tokens']).toBe(16);
  expect(edits).toMatchObject([{ rule: 'approximated', path: 'maxOutputTokens' }]);
});

const broad = {
  model: 'gpt',
  instructions: 'be brief',
  input: [
    { role: 'developer', content: 'rules' },
    {
      role: 'user',
      content: [
        { type: 'input_text', text: 'see' },
        { type: 'input_image', detail: 'high', image_url: 'data:image/png;base64,AAAA' },
        { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' },
        { type: 'input_file', file_url: 'https://a.example/c.pdf' },
      ],
    },
    { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'why' }], encrypted_content: 'blob' },
    {
      type: 'message',
      id: 'msg_1',
      role: 'assistant',
      status: 'completed',
      phase: 'commentary',
      content: [
        {
          type: 'output_text',
          text: 'so',
          annotations: [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 }],
        },
      ],
    },
    { type: 'function_call', call_id: 'c1', name: 'f', namespace: 'n', arguments: '{"a":1}' },
    { type: 'custom_tool_call', call_id: 'c2', name: 'exec', input: 'x' },
    { type: 'function_call_output', call_id: 'c1', output: 'one' },
    {
      type: 'custom_tool_call_output',
      call_id: 'c2',
      output: [
        { type: 'input_text', text: 'a' },
        { type: 'input_text', text: 'b' },
      ],
    },
    {
      type: 'local_shell_call',
      id: 'lsh',
      call_id: 'c3',
      status: 'completed',
      action: { type: 'exec', command: ['ls'], env: {} },
    },
    { type: 'local_shell_call_output', id: 'lsh', output: 'files' },
    { type: 'compaction', encrypted_content: 'z' },
  ],
  tools: [
    {
      type: 'namespace',
      name: 'n',
      description: 'many',
      tools: [{ type: 'function', name: 'f', parameters: { type: 'object' }, strict: false }],
    },
    {
      type: 'custom',
      name: 'exec',
      description: 'runs',
      format: { type: 'grammar', syntax: 'regex', definition: '.' },
    },
    { type: 'local_shell' },
    { type: 'web_search' },
  ],
  tool_choice: { type: 'allowed_tools', mode: 'auto', tools: [{ type: 'custom', name: 'exec' }] },
  parallel_tool_calls: true,
  max_output_tokens: 500,
  temperature: 0.2,
  top_p: 0.9,
  reasoning: { effort: 'high', summary: 'auto' },
  text: {
    format: { type: 'json_schema', name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
    verbosity: 'low',
  },
  include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
  top_logprobs: 2,
  prompt_cache_key: 'k',
  safety_identifier: 's',
} satisfies ResponseCreateParams;

const decode = (body: JsonObject) => decodeResponsesRequest(body, () => undefined);

/** Ids do not go up. */
const withoutIds = (request: ModelRequest): unknown =>
  JSON.parse(JSON.stringify(request), (key, value: unknown) => (key === 'id' ? null : value));

test('what is decoded, encoded and decoded again is the same', () => {
  const edits: RequestEdit[] = [];
  const once = decode(broad);
  const again = decode(encodeResponsesRequest(once, { model: reasoner, report: (edit) => edits.push(edit) }));
  expect(withoutIds(again)).toEqual(withoutIds(once));
  expect(edits).toEqual([]);
});

test('law 5: a longer conversation begins with the encoding of the shorter one', () => {
  const { items } = decode(broad);
  const whole = inputOf(...items) as readonly unknown[];
  for (let count = 0; count <= items.length; count += 1) {
    const shorter = JSON.stringify(inputOf(...items.slice(0, count))).slice(0, -1);
    expect(JSON.stringify(whole).startsWith(shorter)).toBe(true);
  }
});
