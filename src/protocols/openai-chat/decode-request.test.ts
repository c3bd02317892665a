import type { ChatCompletionCreateParams, ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeChatRequest } from './decode-request.ts';

const hi: readonly ChatCompletionMessageParam[] = [{ role: 'user', content: 'hi' }];

function decode(body: Partial<ChatCompletionCreateParams> | JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeChatRequest({ model: 'm', messages: hi, ...body }, (edit) => edits.push(edit));
  return { request, edits };
}

const itemsOf = (...messages: readonly (ChatCompletionMessageParam | JsonObject)[]) => decode({ messages });
const text = (value: string) => ({ kind: 'text', text: value }) as const;
const call = { kind: 'tool-call', namespace: null, form: 'function', sealed: null } as const;
const result = { kind: 'tool-result', form: 'function', isError: null } as const;

test.each<[string, readonly (ChatCompletionMessageParam | JsonObject)[], readonly Item[]]>([
  [
    '#12 system and developer turns stay where they were said',
    [
      { role: 'system', content: 'a' },
      { role: 'user', content: 'b', name: 'Ann' },
      { role: 'developer', content: [{ type: 'text', text: 'c' }] },
    ],
    [
      { kind: 'message', role: 'system', parts: [text('a')] },
      { kind: 'message', role: 'user', parts: [text('b')], name: 'Ann' },
      { kind: 'message', role: 'developer', parts: [text('c')] },
    ],
  ],
  [
    'one message is reasoning, text and calls, in that order',
    [
      {
        role: 'assistant',
        content: 'look',
        reasoning_text: 'why',
        reasoning_opaque: 'blob',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
          { id: 'b', type: 'custom', custom: { name: 'g', input: 'raw' } },
        ],
      },
      { role: 'tool', tool_call_id: 'b', content: [{ type: 'text', text: 'B' }] },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
    ],
    [
      { kind: 'reasoning', text: 'why', sealed: { kind: 'opaque', blob: 'blob', id: null } },
      { kind: 'message', role: 'assistant', parts: [text('look')] },
      { ...call, callId: 'a', name: 'f', input: '{"x":1}' },
      { ...call, callId: 'b', name: 'g', form: 'custom', input: 'raw' },
      { ...result, callId: 'b', form: 'custom', parts: [text('B')] },
      { ...result, callId: 'a', parts: [text('A')] },
    ],
  ],
  [
    'a message of nothing is no item',
    [
      { role: 'assistant', content: null },
      { role: 'user', content: '' },
      { role: 'user', content: [] },
    ],
    [],
  ],
  [
    'a tool that returned nothing still answered',
    [{ role: 'tool', tool_call_id: 'a', content: '' }],
    [{ ...result, callId: 'a', parts: [] }],
  ],
  [
    'reasoning as open models spell it',
    [
      { role: 'assistant', content: 'a', reasoning_content: 'x' },
      { role: 'assistant', content: 'b', reasoning: 'y' },
    ],
    [
      { kind: 'reasoning', text: 'x', sealed: null },
      { kind: 'message', role: 'assistant', parts: [text('a')] },
      { kind: 'reasoning', text: 'y', sealed: null },
      { kind: 'message', role: 'assistant', parts: [text('b')] },
    ],
  ],
  [
    'a refusal beside the text',
    [{ role: 'assistant', content: null, refusal: 'No.' }],
    [{ kind: 'message', role: 'assistant', parts: [{ kind: 'refusal', text: 'No.' }] }],
  ],
  [
    'the citations of an answer that is sent back',
    [
      {
        role: 'assistant',
        content: 'a',
        annotations: [{ type: 'url_citation', url_citation: { url: 'u', title: 't', start_index: 0, end_index: 1 } }],
      },
    ],
    [
      {
        kind: 'message',
        role: 'assistant',
        parts: [
          {
            ...text('a'),
            annotations: [{ kind: 'url', url: 'u', title: 't', citedText: null, start: 0, end: 1 }],
          },
        ],
      },
    ],
  ],
  [
    'the legacy function_call and its answer find each other, by an id that stays',
    [
      { role: 'user', content: 'a' },
      { role: 'assistant', content: null, function_call: { name: 'f', arguments: '{}' } },
      { role: 'function', name: 'f', content: 'F' },
    ],
    [
      { kind: 'message', role: 'user', parts: [text('a')] },
      { ...call, callId: 'call_messages_1_f', name: 'f', input: '{}' },
      { ...result, callId: 'call_messages_1_f', parts: [text('F')] },
    ],
  ],
  [
    "Gemini's thought on a call, wherever a client keeps it",
    [
      {
        role: 'assistant',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '', thought_signature: 'x' } },
          {
            id: 'b',
            function: { name: 'f', arguments: { y: 1 } },
            extra_content: { google: { thought_signature: 'y' } },
          },
        ],
      },
    ],
    [
      { ...call, callId: 'a', name: 'f', input: '', sealed: { kind: 'thought', blob: 'x', id: null } },
      { ...call, callId: 'b', name: 'f', input: '{"y":1}', sealed: { kind: 'thought', blob: 'y', id: null } },
    ],
  ],
  [
    '#9 #7 images, files and sound of a user turn, in their order',
    [
      {
        role: 'user',
        content: [
          { type: 'image_url', image_url: { url: 'data:image/PNG;base64,AAAA', detail: 'high' } },
          { type: 'image_url', image_url: { url: 'https://a/b.png' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
          { type: 'file', file: { filename: 'b.md', file_data: 'CCCC' } },
          { type: 'file', file: { file_id: 'file-1' } },
          { type: 'input_audio', input_audio: { data: 'DDDD', format: 'wav' } },
          { type: 'text', text: 'what?' },
        ],
      },
    ],
    [
      {
        kind: 'message',
        role: 'user',
        parts: [
          { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' }, detail: 'high' },
          { kind: 'image', source: { kind: 'url', url: 'https://a/b.png' } },
          { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' }, title: 'a.pdf' },
          { kind: 'document', source: { kind: 'data', mediaType: 'text/plain', data: 'CCCC' }, title: 'b.md' },
          { kind: 'document', source: { kind: 'file', id: 'file-1' } },
          { kind: 'audio', data: 'DDDD', format: 'wav' },
          text('what?'),
        ],
      },
    ],
  ],
  [
    "Copilot's cache marker is behind the last of its message",
    [
      { role: 'system', content: 'a', copilot_cache_control: { type: 'ephemeral' } },
      { role: 'user', content: [{ type: 'text', text: 'b', cache_control: { type: 'ephemeral', ttl: '1h' } }] },
      { role: 'tool', tool_call_id: 'x', content: 'c', copilot_cache_control: { type: 'ephemeral' } },
    ],
    [
      { kind: 'message', role: 'system', parts: [{ ...text('a'), cache: { ttl: null } }] },
      { kind: 'message', role: 'user', parts: [{ ...text('b'), cache: { ttl: '1h' } }] },
      { ...result, callId: 'x', parts: [text('c')], cache: { ttl: null } },
    ],
  ],
])('%s', (_name, messages, items) => {
  const { request, edits } = itemsOf(...messages);
  expect(request.items).toEqual(items);
  expect(edits).toEqual([]);
});

test("Copilot's cache marker on a message that ends with a call is behind that call", () => {
  const calls = [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }];
  const { request } = itemsOf(
    { role: 'assistant', content: 'a', tool_calls: calls, copilot_cache_control: { type: 'ephemeral' } },
    { role: 'tool', tool_call_id: 'x', content: 'b' },
  );
  expect(request.items).toMatchObject([
    { kind: 'message', parts: [{ kind: 'text', text: 'a' }] },
    { kind: 'tool-call', callId: 'x', cache: { ttl: null } },
    { kind: 'tool-result' },
  ]);
  expect(JSON.stringify(request.items[0])).not.toContain('cache');
});

test.each<[string, Partial<ChatCompletionCreateParams> | JsonObject, Partial<ModelRequest>]>([
  ['max_completion_tokens before max_tokens', { max_tokens: 5, max_completion_tokens: 7 }, { maxOutputTokens: 7 }],
  ['max_tokens', { max_tokens: 5 }, { maxOutputTokens: 5 }],
  ['one stop', { stop: 'a' }, { stop: ['a'] }],
  ['several stops', { stop: ['a', 'b'] }, { stop: ['a', 'b'] }],
  ['logprobs of the chosen alone', { logprobs: true }, { topLogprobs: 0 }],
  ['alternatives', { logprobs: true, top_logprobs: 3 }, { topLogprobs: 3 }],
  [
    '#15 an effort',
    { reasoning_effort: 'high' },
    { reasoning: { effort: 'high', budgetTokens: null, mode: null, show: null } },
  ],
  [
    'no thinking',
    { reasoning_effort: 'none' },
    { reasoning: { effort: 'none', budgetTokens: null, mode: 'off', show: null } },
  ],
  ['a budget', { thinking_budget: 4000 }, { reasoning: { effort: null, budgetTokens: 4000, mode: 'on', show: null } }],
  [
    '#49 a schema',
    { response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: true } } },
    {
      output: {
        format: { kind: 'json-schema', name: 'n', description: null, schema: { type: 'object' }, strict: true },
        verbosity: null,
      },
    },
  ],
  [
    'JSON of any kind, briefly',
    { response_format: { type: 'json_object' }, verbosity: 'low' },
    { output: { format: { kind: 'json-object' }, verbosity: 'low' } },
  ],
  ['who is served', { user: 'u', safety_identifier: 's', prompt_cache_key: 'k' }, { user: 's', cacheKey: 'k' }],
  [
    'usage of a stream where asked for',
    { stream: true, stream_options: { include_usage: true } },
    { includeUsage: true },
  ],
  ['no usage of a stream otherwise', { stream: true }, { includeUsage: false }],
  ['usage of a completion always', { stream: false }, { includeUsage: true }],
  [
    'functions, custom tools and legacy functions',
    {
      tools: [
        { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true } },
        {
          type: 'custom',
          custom: { name: 'g', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'x' } } },
        },
        { type: 'custom', custom: { name: 'h' } },
      ],
      functions: [{ name: 'old' }],
      parallel_tool_calls: false,
    },
    {
      parallelToolCalls: false,
      tools: [
        {
          kind: 'function',
          name: 'f',
          namespace: null,
          description: 'F',
          schema: { type: 'object' },
          strict: true,
          deferred: false,
        },
        { kind: 'custom', name: 'g', namespace: null, description: null, grammar: { syntax: 'lark', definition: 'x' } },
        { kind: 'custom', name: 'h', namespace: null, description: null, grammar: null },
        {
          kind: 'function',
          name: 'old',
          namespace: null,
          description: null,
          schema: null,
          strict: null,
          deferred: false,
        },
      ],
    },
  ],
  ['a word as choice', { tool_choice: 'required' }, { toolChoice: { kind: 'required' } }],
  [
    '#45 a forced tool',
    { tool_choice: { type: 'function', function: { name: 'f' } } },
    { toolChoice: { kind: 'tool', tool: { name: 'f', namespace: null } } },
  ],
  [
    'a forced function of old',
    { function_call: { name: 'f' } },
    { toolChoice: { kind: 'tool', tool: { name: 'f', namespace: null } } },
  ],
  [
    'allowed tools',
    {
      tool_choice: {
        type: 'allowed_tools',
        allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'f' } }] },
      },
    },
    { toolChoice: { kind: 'allowed', required: true, tools: [{ name: 'f', namespace: null }] } },
  ],
])('%s', (_name, body, wanted) => {
  const { request, edits } = decode(body);
  expect(request).toMatchObject(wanted);
  expect(edits).toEqual([]);
});

test.each<[string, JsonObject, string]>([
  ['n > 1', { n: 2 }, 'n'],
  ['no messages', { messages: undefined }, 'messages'],
  ['an empty conversation', { messages: [] }, 'messages'],
  ['an unknown role', { messages: [{ role: 'robot', content: 'a' }] }, 'messages[0].role'],
  ['content that is a number', { messages: [{ role: 'user', content: 1 }] }, 'messages[0].content'],
  ['a part without a type', { messages: [{ role: 'user', content: [{ text: 'a' }] }] }, 'messages[0].content[0].type'],
  [
    'a call without an id',
    { messages: [{ role: 'assistant', tool_calls: [{ function: { name: 'f' } }] }] },
    'messages[0].tool_calls[0].id',
  ],
  ['a result of no call', { messages: [{ role: 'tool', content: 'a' }] }, 'messages[0].tool_call_id'],
  ['a tool without a name', { tools: [{ type: 'function', function: {} }] }, 'tools[0].function.name'],
  [
    'a schema that is a text',
    { tools: [{ type: 'function', function: { name: 'f', parameters: 'x' } }] },
    'tools[0].function.parameters',
  ],
  ['an unknown format', { response_format: { type: 'xml' } }, 'response_format.type'],
])('refuses %s', (_name, body, param) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
});

test('a tool that only its vendor runs is kept apart', () => {
  expect(decode({ tools: [{ type: 'web_search', x: 1 }] }).request.tools).toEqual([
    { kind: 'hosted', type: 'web_search', value: { type: 'web_search', x: 1 } },
  ]);
});
