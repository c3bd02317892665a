/** What a Messages request says reaches our words and comes back out of them; what does not is reported. */
import type Anthropic from '@anthropic-ai/sdk';
import { expect, test } from 'vitest';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { Model } from '../../canonical/model.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { sampleModel } from '../../../test/support/sample-model.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import { decodeMessagesRequest } from './decode-request.ts';
import { encodeMessagesRequest } from './encode-request.ts';

function decode(body: JsonObject) {
  const edits: RequestEdit[] = [];
  const request = decodeMessagesRequest({ model: 'm', max_tokens: 9, messages: [], ...body }, (edit) =>
    edits.push(edit),
  );
  return { request, edits, lost: edits.map(({ rule, path }) => `${rule} ${path}`) };
}

const thinker = (adaptive: boolean): Model => {
  const model = sampleModel('claude');
  return { ...model, supports: { ...model.supports, reasoning: true, adaptiveThinking: adaptive } };
};

function encode(change: Partial<ModelRequest>, model = thinker(true)) {
  const edits: RequestEdit[] = [];
  const body = encodeMessagesRequest({ ...sampleRequest(), ...change }, { model, report: (edit) => edits.push(edit) });
  return { body: body as JsonObject & { messages: Anthropic.MessageParam[] }, rules: edits.map(({ rule }) => rule) };
}

const user = (content: unknown): JsonObject => ({ messages: [{ role: 'user', content }] });
const text = (value: string, role: 'user' | 'assistant' | 'system' = 'user'): Item => ({
  kind: 'message',
  role,
  parts: [{ kind: 'text', text: value }],
});
const call = (callId: string, input = '{}'): Item => ({
  kind: 'tool-call',
  callId,
  name: 't',
  namespace: null,
  form: 'function',
  input,
  sealed: null,
});
const result = (callId: string): Item => ({
  kind: 'tool-result',
  callId,
  form: 'function',
  parts: [{ kind: 'text', text: 'r' }],
  isError: null,
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

test('what a body says is said again by what it becomes', () => {
  const body = {
    system: [{ type: 'text', text: 'S', cache_control: { type: 'ephemeral' } }],
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'a' },
          { type: 'image', source: png },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'w', signature: 's' },
          { type: 'text', text: 'b' },
          { type: 'tool_use', id: 'c1', name: 't', input: { x: [1] } },
          { type: 'tool_use', id: 'c2', name: 't', input: {} },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: [{ type: 'text', text: 'r' }], is_error: true },
          { type: 'tool_result', tool_use_id: 'c2' },
          { type: 'text', text: 'go on' },
        ],
      },
      { role: 'system', content: [{ type: 'text', text: 'later' }] },
    ],
    tools: [{ name: 't', description: 'D', input_schema: { type: 'object', properties: {} } }],
    tool_choice: { type: 'any' },
    max_tokens: 100,
    temperature: 0.5,
    top_k: 3,
    stop_sequences: ['X'],
    thinking: { type: 'adaptive', display: 'summarized' },
    output_config: { effort: 'low' },
    metadata: { user_id: 'u' },
  };
  const once = decode(body).request;
  const { body: encoded, rules } = encode(once);
  expect(encoded).toMatchObject({ ...body, model: 'claude', stream: true });
  expect(decode(encoded).request).toEqual(once);
  expect(rules).toEqual([]);
});

test('#35 turns of one speaker are one, results come first in theirs', () => {
  const { body } = encode({ items: [text('a'), text('b'), call('1'), call('2'), result('1'), result('2'), text('c')] });
  expect(body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(body.messages[2]?.content).toMatchObject([{ tool_use_id: '1' }, { tool_use_id: '2' }, { text: 'c' }]);
});

test('#36 only leading system turns move to the top', () => {
  const { body } = encode({ items: [text('s', 'system'), text('a'), text('t', 'system'), text('b')] });
  expect(body).toMatchObject({
    system: [{ text: 's' }],
    messages: [{ role: 'user' }, { role: 'system' }, { role: 'user' }],
  });
});

test.each([
  ['#54 no arguments', '', {}, []],
  ['an object', '{"a":12345678901234567890}', undefined, []],
  ['broken ones', '{"a":', { input: '{"a":' }, ['repaired']],
  ['a list', '[1]', { input: '[1]' }, ['repaired']],
])('a call with %s', (_name, input, expected, expectedRules) => {
  const { body, rules } = encode({ items: [text('q'), call('1', input)] });
  const [block] = body.messages[1]?.content as Anthropic.ToolUseBlockParam[];
  if (expected === undefined) expect(JSON.stringify(block?.input)).toBe(input);
  else expect(block?.input).toEqual(expected);
  expect(rules).toEqual(expectedRules);
});

test('a call id that Claude would refuse is another one, the same for its result', () => {
  const { body } = encode({ items: [text('q'), call('fc|1.é'), result('fc|1.é')] });
  const [use] = body.messages[1]?.content as Anthropic.ToolUseBlockParam[];
  expect(use?.id).toMatch(/^[\w-]{1,64}$/);
  expect(body.messages[2]?.content).toMatchObject([{ tool_use_id: use?.id }]);
});

test.each<[string, boolean, Partial<NonNullable<ModelRequest['reasoning']>>, JsonObject]>([
  [
    'an effort, for a model that decides itself',
    true,
    { effort: 'high' },
    { thinking: { type: 'adaptive', display: 'summarized' }, output_config: { effort: 'high' } },
  ],
  [
    'an effort, for a model with budgets',
    false,
    { effort: 'low' },
    { thinking: { type: 'enabled', budget_tokens: 4000 } },
  ],
  ['nothing but the wish', false, {}, { thinking: { type: 'enabled', budget_tokens: 10_000 } }],
  ['none', true, { effort: 'none' }, { thinking: { type: 'disabled' } }],
  ['unseen', true, { show: false }, { thinking: { type: 'adaptive', display: 'omitted' } }],
])('thinking: %s', (_name, adaptive, change, expected) => {
  const reasoning = { effort: null, budgetTokens: null, mode: null, show: null, ...change };
  expect(encode({ reasoning }, thinker(adaptive)).body).toMatchObject(expected);
});

test('without a marker of the caller, tools and system and the last two user turns are cached', () => {
  const items = [text('s', 'system'), text('a'), text('b', 'assistant'), text('c'), text('d', 'assistant'), text('e')];
  const { body } = encode({ items });
  const marks = [
    ...(body['system'] as JsonObject[]),
    ...body.messages.flatMap(({ content }) => content as unknown as JsonObject[]),
  ];
  expect(marks.filter((block) => block['cache_control'] !== undefined).map((block) => block['text'])).toEqual([
    's',
    'c',
    'e',
  ]);
});

test('of more than four markers the first and the last three stay', () => {
  const items = Array.from({ length: 6 }, (_, index): Item => ({
    kind: 'message',
    role: index % 2 === 0 ? 'user' : 'assistant',
    parts: [{ kind: 'text', text: String(index), cache: { ttl: null } }],
  }));
  const { body, rules } = encode({ items });
  const marked = body.messages
    .flatMap(({ content }) => content as unknown as JsonObject[])
    .filter((block) => block['cache_control']);
  expect(marked.map((block) => block['text'])).toEqual(['0', '3', '4', '5']);
  expect(rules).toEqual(['not-carried']);
});

test.each<[string, Partial<ModelRequest>, JsonObject, string[]]>([
  [
    'a temperature of OpenAI',
    { sampling: { ...sampleRequest().sampling, temperature: 1.5 } },
    { temperature: 1 },
    ['approximated'],
  ],
  ['JSON without a schema', { output: { format: { kind: 'json-object' }, verbosity: null } }, {}, ['not-carried']],
  [
    'some tools',
    {
      tools: [
        {
          kind: 'function',
          name: 'a',
          namespace: null,
          description: null,
          schema: null,
          strict: null,
          deferred: false,
        },
      ],
      toolChoice: {
        kind: 'allowed',
        required: true,
        tools: [
          { name: 'a', namespace: null },
          { name: 'b', namespace: null },
        ],
      },
    },
    { tool_choice: { type: 'any' } },
    ['approximated'],
  ],
  [
    'a file of another vendor',
    {
      items: [{ kind: 'message', role: 'user', parts: [{ kind: 'document', source: { kind: 'file', id: 'file_1' } }] }],
    },
    { messages: [{ content: [{ text: '[file file_1 is not available]' }] }] },
    ['not-carried'],
  ],
  [
    'an answer first',
    { items: [text('a', 'assistant'), text('b')] },
    { messages: [{ role: 'user' }, { role: 'assistant' }, { role: 'user' }] },
    ['repaired'],
  ],
])('%s', (_name, change, expected, expectedRules) => {
  const { body, rules } = encode(change);
  expect(body).toMatchObject(expected);
  expect(rules).toEqual(expectedRules);
});

test('no limit of the caller is the limit of the model', () => {
  expect(encode({}).body).toMatchObject({ max_tokens: 64_000 });
});
