import type { ResponseCreateParams } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeResponsesRequest } from './decode-request.ts';

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeResponsesRequest({ model: 'm', input: 'hi', ...body }, (edit) => edits.push(edit));
  return { request, edits };
}

const itemsOf = (...input: readonly object[]) => decode({ input }).request.items;
const text = (value: string) => ({ kind: 'text', text: value });

test.each([
  ['a text is a user turn', 'hi', [{ kind: 'message', role: 'user', parts: [text('hi')] }]],
  [
    'a message needs no type',
    [{ role: 'user', content: 'hi' }],
    [{ kind: 'message', role: 'user', parts: [text('hi')] }],
  ],
  [
    '#12 #36 a system turn stays where it was said',
    [
      { role: 'user', content: 'a' },
      { type: 'message', role: 'developer', content: [{ type: 'input_text', text: 'b' }] },
    ],
    [
      { kind: 'message', role: 'user', parts: [text('a')] },
      { kind: 'message', role: 'developer', parts: [text('b')] },
    ],
  ],
  [
    'an assistant turn comes back with phase, citations and a refusal; its id means nothing',
    [
      {
        type: 'message',
        role: 'assistant',
        id: 'msg_1',
        status: 'completed',
        phase: 'commentary',
        content: [
          {
            type: 'output_text',
            text: 'see',
            annotations: [{ type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 3 }],
          },
          { type: 'refusal', refusal: 'no' },
        ],
      },
    ],
    [
      {
        kind: 'message',
        role: 'assistant',
        phase: 'commentary',
        parts: [
          {
            ...text('see'),
            annotations: [{ kind: 'url', url: 'https://a.example', title: 'A', citedText: null, start: 0, end: 3 }],
          },
          { kind: 'refusal', text: 'no' },
        ],
      },
    ],
  ],
  [
    'images, files and audio',
    [
      {
        role: 'user',
        content: [
          { type: 'input_image', image_url: 'data:image/PNG;base64,AAAA', detail: 'high' },
          { type: 'input_image', image_url: 'https://a.example/b.png' },
          { type: 'input_file', filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' },
          { type: 'input_file', filename: 'b.txt', file_data: 'Q0ND' },
          { type: 'input_file', file_url: 'https://a.example/c.pdf' },
          { type: 'input_file', file_id: 'file-1' },
          { type: 'input_audio', input_audio: { data: 'DDDD', format: 'wav' } },
        ],
      },
    ],
    [
      {
        kind: 'message',
        role: 'user',
        parts: [
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'high' },
          { kind: 'image', source: { kind: 'url', url: 'https://a.example/b.png' } },
          { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' }, title: 'a.pdf' },
          { kind: 'document', source: { kind: 'data', mediaType: 'text/plain', data: 'Q0ND' }, title: 'b.txt' },
          { kind: 'document', source: { kind: 'url', url: 'https://a.example/c.pdf' } },
          { kind: 'document', source: { kind: 'file', id: 'file-1' } },
          { kind: 'audio', data: 'DDDD', format: 'wav' },
        ],
      },
    ],
  ],
  [
    'reasoning: the summary, the seal with its id; one without either says nothing',
    [
      {
        type: 'reasoning',
        id: 'rs_1',
        content: null,
        summary: [
          { type: 'summary_text', text: 'a' },
          { type: 'summary_text', text: 'b' },
        ],
        encrypted_content: 'blob',
      },
      { type: 'reasoning', id: 'rs_2', summary: [], encrypted_content: null },
      { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'open' }] },
    ],
    [
      { kind: 'reasoning', text: 'a\n\nb', sealed: { kind: 'encrypted', blob: 'blob', id: 'rs_1' } },
      { kind: 'reasoning', text: 'open', sealed: null },
    ],
  ],
  [
    '#43 a call and its result, as a text and as a list in its order',
    [
      { type: 'function_call', id: 'fc_1', call_id: 'c1', name: 'f', namespace: 'n', arguments: '{"a":1}' },
      { type: 'function_call_output', call_id: 'c1', output: 'done' },
      {
        type: 'function_call_output',
        call_id: 'c1',
        output: [
          { type: 'input_text', text: 'see' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
        ],
      },
    ],
    [
      {
        kind: 'tool-call',
        callId: 'c1',
        name: 'f',
        namespace: 'n',
        form: 'function',
        input: '{"a":1}',
        sealed: null,
      },
      { kind: 'tool-result', callId: 'c1', form: 'function', parts: [text('done')], isError: null },
      {
        kind: 'tool-result',
        callId: 'c1',
        form: 'function',
        parts: [text('see'), { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } }],
        isError: null,
      },
    ],
  ],
  [
    'calls of raw text, and of the old shell, whose result may name the item',
    [
      { type: 'custom_tool_call', call_id: 'c2', name: 'exec', namespace: 'functions', input: 'await x' },
      { type: 'custom_tool_call_output', call_id: 'c2', output: [{ type: 'input_text', text: 'ok' }] },
      { type: 'local_shell_call', id: 'lsh_1', call_id: 'c3', action: { type: 'exec', command: ['ls'], env: {} } },
      { type: 'local_shell_call_output', id: 'lsh_1', output: 'files' },
    ],
    [
      {
        kind: 'tool-call',
        callId: 'c2',
        name: 'exec',
        namespace: 'functions',
        form: 'custom',
        input: 'await x',
        sealed: null,
      },
      { kind: 'tool-result', callId: 'c2', form: 'custom', parts: [text('ok')], isError: null },
      {
        kind: 'tool-call',
        callId: 'c3',
        name: 'local_shell',
        namespace: null,
        form: 'local-shell',
        input: '{"type":"exec","command":["ls"],"env":{}}',
        sealed: null,
      },
      { kind: 'tool-result', callId: 'c3', form: 'local-shell', parts: [text('files')], isError: null },
    ],
  ],
  [
    'what only Responses knows stays whole',
    [{ type: 'compaction', encrypted_content: 'x' }],
    [
      {
        kind: 'foreign',
        protocol: 'openai-responses',
        type: 'compaction',
        value: { type: 'compaction', encrypted_content: 'x' },
      },
    ],
  ],
])('%s', (_, input, items) => {
  expect(decode({ input }).request.items).toEqual(items);
});

test('instructions are a system turn before all others', () => {
  expect(decode({ instructions: 'be brief' }).request.items[0]).toEqual({
    kind: 'message',
    role: 'system',
    parts: [text('be brief')],
  });
});

test("#38 #40 tools of all kinds, with Codex's own among the items", () => {
  const { request, edits } = decode({
    tools: [
      { type: 'function', name: 'f', description: 'd', parameters: { type: 'object' }, strict: true },
      { type: 'function', name: 'g', parameters: null, strict: null, defer_loading: true },
      { type: 'custom', name: 'patch', format: { type: 'grammar', syntax: 'lark', definition: 'start: "x"' } },
      { type: 'namespace', name: 'multi', description: 'many', tools: [{ type: 'function', name: 'spawn' }] },
      { type: 'local_shell' },
      { type: 'web_search' },
    ],
    input: [
      {
        type: 'additional_tools',
        role: 'developer',
        tools: [{ type: 'namespace', name: 'functions', tools: [{ type: 'custom', name: 'exec' }] }],
      },
      { role: 'user', content: 'go' },
    ],
  });
  const plain = { namespace: null, description: null, schema: null, strict: null, deferred: false };
  expect(request.tools).toEqual([
    { ...plain, kind: 'function', name: 'f', description: 'd', schema: { type: 'object' }, strict: true },
    { ...plain, kind: 'function', name: 'g', deferred: true },
    {
      kind: 'custom',
      name: 'patch',
      namespace: null,
      description: null,
      grammar: { syntax: 'lark', definition: 'start: "x"' },
    },
    { ...plain, kind: 'function', name: 'spawn', namespace: 'multi', namespaceDescription: 'many' },
    { kind: 'local-shell' },
    { kind: 'hosted', type: 'web_search', value: { type: 'web_search' } },
    { kind: 'custom', name: 'exec', namespace: 'functions', description: null, grammar: null },
  ]);
  expect(request.items).toHaveLength(1);
  expect(edits).toEqual([]);
});

test.each([
  ['auto', { kind: 'auto' }],
  ['required', { kind: 'required' }],
  [
    { type: 'function', name: 'f' },
    { kind: 'tool', tool: { name: 'f', namespace: null } },
  ],
  [
    { type: 'custom', name: 'exec', namespace: 'functions' },
    { kind: 'tool', tool: { name: 'exec', namespace: 'functions' } },
  ],
  [
    { type: 'allowed_tools', mode: 'required', tools: [{ type: 'function', name: 'f' }, { type: 'mcp' }] },
    { kind: 'allowed', required: true, tools: [{ name: 'f', namespace: null }] },
  ],
  [{ type: 'web_search_preview' }, null],
])('the choice %j', (tool_choice, expected) => {
  expect(decode({ tool_choice }).request.toolChoice).toEqual(expected);
});

test('what is asked beside the conversation', () => {
  const body = {
    max_output_tokens: 100,
    temperature: 0.5,
    top_p: 0.9,
    parallel_tool_calls: false,
    reasoning: { effort: 'high', summary: 'auto' },
    text: { format: { type: 'json_schema', name: 'n', schema: { type: 'object' } }, verbosity: 'low' },
    include: ['reasoning.encrypted_content', 'message.output_text.logprobs'],
    top_logprobs: 3,
    prompt_cache_key: 'k',
    safety_identifier: 's',
    user: 'u',
    store: false,
    stream: true,
    truncation: 'disabled',
    metadata: {},
  } satisfies ResponseCreateParams;
  const { request, edits } = decode(body);
  expect(edits).toEqual([]);
  expect(request).toMatchObject({
    maxOutputTokens: 100,
    sampling: { temperature: 0.5, topP: 0.9 },
    parallelToolCalls: false,
    reasoning: { effort: 'high', budgetTokens: null, mode: null, show: true },
    output: {
      format: { kind: 'json-schema', name: 'n', description: null, schema: { type: 'object' }, strict: null },
      verbosity: 'low',
    },
    topLogprobs: 3,
    cacheKey: 'k',
    user: 's',
  });
});

test.each([
  ['input', { input: 7 }],
  ['input[0]', { input: ['x'] }],
  ['input[0]', { input: [{ type: 'item_reference', id: 'msg_1' }] }],
  ['input[0]', { input: [{ id: 'msg_1' }] }],
  ['input[1]', { input: [{ role: 'user', content: 'a' }, { type: 'compaction_trigger' }] }],
  ['input[0].role', { input: [{ role: 'tool', content: 'a' }] }],
  ['input[0].content', { input: [{ role: 'user' }] }],
  ['input[0].content[0].text', { input: [{ role: 'user', content: [{ type: 'input_text' }] }] }],
  ['input[0].arguments', { input: [{ type: 'function_call', call_id: 'c', name: 'f', arguments: {} }] }],
  ['tools[0].name', { tools: [{ type: 'function', function: { name: 'f' } }] }],
  ['text.format.schema', { text: { format: { type: 'json_schema', name: 'n' } } }],
  ['conversation', { conversation: 'conv_1' }],
])('%s of %j is refused by name', (param, body) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
});

test('a previous response is not known', () => {
  expect(() => decode({ previous_response_id: 'resp_1' })).toThrow(
    expect.objectContaining({ code: 'previous_response_not_found' }),
  );
});

test('#46 nothing is put between reasoning and a call', () => {
  const items = itemsOf(
    { type: 'reasoning', summary: [], encrypted_content: 'x' },
    { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
  );
  expect(items.map(({ kind }) => kind)).toEqual(['reasoning', 'tool-call']);
});
