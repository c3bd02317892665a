/** What a Messages request says reaches our words; what does not is reported. */
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeMessagesRequest } from './decode-request.ts';

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeMessagesRequest({ model: 'm', max_tokens: 9, messages: [], ...body }, (edit) =>
    edits.push(edit),
  );
  return { request, edits, lost: edits.map(({ rule, path }) => `${rule} ${path}`) };
}

const user = (content: unknown): JsonObject => ({ messages: [{ role: 'user', content }] });
const text = (value: string, role: 'user' | 'assistant' | 'system' = 'user'): Item => ({
  kind: 'message',
  role,
  parts: [{ kind: 'text', text: value }],
});
const png = { type: 'base64', media_type: 'image/png', data: 'iVBO' };
const imagePart = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'iVBO' } };

test.each<[string, JsonObject, readonly unknown[]]>([
  ['a text', user('hi'), [text('hi')]],
  ['#9 an image of a turn', user([{ type: 'image', source: png }]), [{ parts: [imagePart] }]],
  [
    '#6 an image at an address',
    user([{ type: 'image', source: { type: 'url', url: 'https://a.test/x.png' } }]),
    [{ parts: [{ kind: 'image', source: { kind: 'url', url: 'https://a.test/x.png' } }] }],
  ],
  [
    '#7 a document, its title and its text',
    user([
      {
        type: 'document',
        source: { type: 'base64', media_type: 'application/pdf', data: 'JVBE' },
        title: 'T',
        context: 'C',
      },
      { type: 'text', text: 'read it' },
    ]),
    [
      {
        parts: [
          {
            kind: 'document',
            source: { kind: 'data', mediaType: 'application/pdf', data: 'JVBE' },
            title: 'T',
            context: 'C',
          },
          { kind: 'text', text: 'read it' },
        ],
      },
    ],
  ],
  [
    '#8 an image in a tool result',
    user([
      {
        type: 'tool_result',
        tool_use_id: 'c',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: png },
        ],
      },
    ]),
    [{ kind: 'tool-result', callId: 'c', parts: [{ kind: 'text', text: 'a' }, imagePart], isError: null }],
  ],
  [
    '#11 thinking, text and a call in their order',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'why', signature: 'sig' },
            { type: 'text', text: 'a' },
            { type: 'tool_use', id: 'c', name: 't', input: { b: 1, a: 2 } },
            { type: 'redacted_thinking', data: 'red' },
          ],
        },
      ],
    },
    [
      { kind: 'reasoning', text: 'why', sealed: { kind: 'signature', blob: 'sig' } },
      { kind: 'message', role: 'assistant' },
      { kind: 'tool-call', input: '{"b":1,"a":2}' },
      { kind: 'reasoning', text: '', sealed: { kind: 'redacted', blob: 'red' } },
    ],
  ],
  [
    'thinking without text or seal says nothing, with either it stays',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: '', signature: '' },
            { type: 'thinking', thinking: '', signature: 'sig' },
            { type: 'thinking', thinking: 'why' },
          ],
        },
      ],
    },
    [
      { kind: 'reasoning', text: '', sealed: { kind: 'signature', blob: 'sig' } },
      { kind: 'reasoning', text: 'why', sealed: null },
    ],
  ],
  [
    '#12 a system turn within the conversation stays in its place',
    {
      messages: [
        { role: 'user', content: 'a' },
        { role: 'system', content: [{ type: 'text', text: 's' }] },
        { role: 'user', content: 'b' },
      ],
    },
    [text('a'), text('s', 'system'), text('b')],
  ],
  [
    '#31 an empty text says nothing',
    user([
      { type: 'text', text: '' },
      { type: 'text', text: 'a' },
    ]),
    [text('a')],
  ],
  ['a failed tool', user([{ type: 'tool_result', tool_use_id: 'c', is_error: true }]), [{ parts: [], isError: true }]],
  [
    'a tool that was found',
    user([{ type: 'tool_result', tool_use_id: 'c', content: [{ type: 'tool_reference', tool_name: 'deep' }] }]),
    [{ parts: [{ kind: 'text', text: '[found the tool deep]' }] }],
  ],
])('%s', (_name, body, expected) => {
  const { request, lost } = decode(body);
  expect(request.items).toMatchObject(expected);
  expect(request.items).toHaveLength(expected.length);
  expect(lost).toEqual([]);
});

test('#29 the billing line of Claude Code is left out, the rest of the system turn stays', () => {
  const system = [
    { type: 'text', text: 'x-anthropic-billing-header: cc_version=1; cc_entrypoint=cli;' },
    { type: 'text', text: 'You help.', cache_control: { type: 'ephemeral', ttl: '1h' } },
  ];
  const { request, lost } = decode({ system });
  expect(request.items).toEqual([
    { kind: 'message', role: 'system', parts: [{ kind: 'text', text: 'You help.', cache: { ttl: '1h' } }] },
  ]);
  expect(lost).toEqual(['not-carried system.0']);
});

test.each<[string, JsonObject, string[]]>([
  [
    'a server tool and its result go together',
    {
      messages: [
        {
          role: 'assistant',
          content: [
            { type: 'server_tool_use', id: 's', name: 'web_search', input: {} },
            { type: 'web_search_tool_result', tool_use_id: 's', content: [] },
          ],
        },
      ],
    },
    ['not-carried messages.0.content.0', 'not-carried messages.0.content.1'],
  ],
  ['context management', { context_management: { edits: [{}] } }, ['not-carried context_management']],
  ['a member that nobody knows', { novelty: 1 }, ['not-carried novelty']],
  [
    'an effort on a turn',
    { messages: [{ role: 'user', content: 'a', output_config: { effort: 'low' } }] },
    ['not-carried messages.0.output_config'],
  ],
  [
    'a tool that waits to be found',
    { tools: [{ name: 'deep', input_schema: {}, defer_loading: true }] },
    ['not-carried tools.0'],
  ],
  ['the usual tier', { service_tier: 'auto', metadata: { user_id: 'u' } }, []],
])('reported or not: %s', (_name, body, lost) => {
  expect(decode(body).lost).toEqual(lost);
});

test.each<[string, JsonObject, Partial<ModelRequest>]>([
  [
    '#14 one call at a time',
    { tools: [{ name: 't', input_schema: {} }], tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
    { toolChoice: { kind: 'auto' }, parallelToolCalls: false },
  ],
  [
    '#15 a budget',
    { thinking: { type: 'enabled', budget_tokens: 4000 } },
    { reasoning: { effort: null, budgetTokens: 4000, mode: 'on', show: null } },
  ],
  [
    '#15 an effort',
    { thinking: { type: 'adaptive', display: 'omitted' }, output_config: { effort: 'high' } },
    { reasoning: { effort: 'high', budgetTokens: null, mode: 'adaptive', show: false } },
  ],
  ['#21 stop sequences', { stop_sequences: ['END'] }, { stop: ['END'] }],
  [
    '#49 a schema',
    { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    {
      output: {
        format: { kind: 'json-schema', name: null, description: null, schema: { type: 'object' }, strict: null },
        verbosity: null,
      },
    },
  ],
])('%s', (_name, body, expected) => {
  expect(decode(body).request).toMatchObject(expected);
});

test.each<[string, JsonObject, string]>([
  ['turns that are no list', { messages: 'a' }, 'messages'],
  ['a turn of nobody', { messages: [{ role: 'bot', content: 'a' }] }, 'messages.0.role'],
  ['a block without a type', user([{ text: 'a' }]), 'messages.0.content.0.type'],
  [
    'a call without a name',
    { messages: [{ role: 'assistant', content: [{ type: 'tool_use', id: 'a' }] }] },
    'messages.0.content.0.name',
  ],
])('%s is refused where it stands', (_name, body, param) => {
  expect(() => decode(body)).toThrow(expect.objectContaining({ code: 'invalid_request', param }) as Error);
});
