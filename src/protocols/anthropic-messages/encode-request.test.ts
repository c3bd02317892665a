/** What a Messages request becomes: our words in its turns, thinking and markers; and a body in our words and back. */
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

function callsOf(message: Anthropic.MessageParam | undefined): Anthropic.ToolUseBlockParam[] {
  const content = message?.content ?? [];
  return typeof content === 'string' ? [] : content.filter((block) => block.type === 'tool_use');
}

const png = { type: 'base64', media_type: 'image/png', data: 'iVBO' };

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
  const [block] = callsOf(body.messages[1]);
  if (expected === undefined) expect(JSON.stringify(block?.input)).toBe(input);
  else expect(block?.input).toEqual(expected);
  expect(rules).toEqual(expectedRules);
});

test('a call id that Claude would refuse is another one, the same for its result', () => {
  const { body } = encode({ items: [text('q'), call('fc|1.é'), result('fc|1.é')] });
  const [use] = callsOf(body.messages[1]);
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
    { thinking: { type: 'enabled', budget_tokens: 4096 } },
  ],
  ['a budget, for one that decides itself', true, { budgetTokens: 10_000 }, { output_config: { effort: 'medium' } }],
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
