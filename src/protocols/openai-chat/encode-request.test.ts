import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import { sampleModel } from '../../../test/support/sample-model.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import type { Item } from '../../canonical/conversation.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import type { ModelRequest } from '../../canonical/model-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import { decodeChatRequest } from './decode-request.ts';
import { encodeChatRequest } from './encode-request.ts';

const gpt = sampleModel('gpt', { vendor: 'OpenAI' });
const claude = sampleModel('claude');

function encode(change: Partial<ModelRequest>, model: Model = gpt) {
  const edits: RequestEdit[] = [];
  const body = encodeChatRequest(sampleRequest(change), { model, report: (edit) => edits.push(edit) });
  return { body, edits, rules: edits.map(({ rule, path }) => `${rule} ${path ?? ''}`) };
}

const text = (value: string) => ({ kind: 'text', text: value }) as const;
const user = (value: string): Item => ({ kind: 'message', role: 'user', parts: [text(value)] });
const said = (value: string): Item => ({ kind: 'message', role: 'assistant', parts: [text(value)] });
const call = (callId: string, input = '{}'): Item => ({
  kind: 'tool-call',
  callId,
  name: 'f',
  namespace: null,
  form: 'function',
  input,
  sealed: null,
});
const result = { kind: 'tool-result', form: 'function', isError: null } as const;
const wireCall = (id: string, json = '{}') =>
  ({ id, type: 'function', function: { name: 'f', arguments: json } }) as const;
const opaque = (blob: string, thought = ''): Item => ({
  kind: 'reasoning',
  text: thought,
  sealed: { kind: 'opaque', blob, id: null },
});
const image = { kind: 'image', source: { kind: 'data', mediaType: 'image/png', data: 'AAAA' } } as const;
const wireImage = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } } as const;

test('a bare request is streamed and asks for usage', () => {
  const body = {
    model: 'gpt',
    messages: [{ role: 'user', content: 'Hello' }],
    stream: true,
    stream_options: { include_usage: true },
  } satisfies ChatCompletionCreateParamsStreaming;
  expect(encode({}).body).toEqual(body);
});

test.each<[string, readonly Item[], readonly (ChatCompletionMessageParam | JsonObject)[], readonly string[]]>([
  [
    '#12 #36 system turns stay in their place and keep their word',
    [
      { kind: 'message', role: 'developer', parts: [text('a')] },
      user('b'),
      { kind: 'message', role: 'system', parts: [text('c'), text('d')] },
    ],
    [
      { role: 'developer', content: 'a' },
      { role: 'user', content: 'b' },
      {
        role: 'system',
        content: [
          { type: 'text', text: 'c' },
          { type: 'text', text: 'd' },
        ],
      },
    ],
    [],
  ],
  [
    '#11 reasoning, text and calls of one turn are one message, and reasoning is never spoken',
    [
      opaque('blob', 'why'),
      said('look'),
      call('a', '{"x":1}'),
      call('b', ''),
      { ...result, callId: 'a', parts: [text('A')] },
    ],
    [
      {
        role: 'assistant',
        content: 'look',
        reasoning_text: 'why',
        reasoning_opaque: 'blob',
        tool_calls: [wireCall('a', '{"x":1}'), wireCall('b')],
      },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
    ],
    [],
  ],
  [
    'reasoning without its seal is left out',
    [{ kind: 'reasoning', text: 'why', sealed: null }, said('a')],
    [{ role: 'assistant', content: 'a' }],
    ['not-carried items.0'],
  ],
  [
    'a turn that thinks again after a text goes on in another message',
    [opaque('x'), said('a'), opaque('y'), said('b'), call('c')],
    [
      { role: 'assistant', content: 'a', reasoning_opaque: 'x' },
      { role: 'assistant', content: 'b', reasoning_opaque: 'y', tool_calls: [wireCall('c')] },
    ],
    [],
  ],
  [
    'a text behind a call stands before it, since the result must follow',
    [said('a'), call('c'), said('b'), { ...result, callId: 'c', parts: [] }],
    [
      {
        role: 'assistant',
        content: [
          { type: 'text', text: 'a' },
          { type: 'text', text: 'b' },
        ],
        tool_calls: [wireCall('c')],
      },
      { role: 'tool', tool_call_id: 'c', content: '' },
    ],
    ['moved items.2'],
  ],
  [
    '#8 an image in a tool_result follows all results of the turn, under the name of its call',
    [
      call('a'),
      call('b'),
      { ...result, callId: 'a', parts: [text('A'), image] },
      { ...result, callId: 'b', parts: [text('B')] },
      user('go on'),
    ],
    [
      { role: 'assistant', content: null, tool_calls: [wireCall('a'), wireCall('b')] },
      { role: 'tool', tool_call_id: 'a', content: 'A' },
      { role: 'tool', tool_call_id: 'b', content: 'B' },
      { role: 'user', content: [{ type: 'text', text: '[content of tool result a]' }, wireImage] },
      { role: 'user', content: 'go on' },
    ],
    ['moved items.2'],
  ],
  [
    'a failed call says so at the head of its result',
    [
      call('a'),
      call('b'),
      { ...result, callId: 'a', isError: true, parts: [text('gone')] },
      { ...result, callId: 'b', isError: true, parts: [] },
    ],
    [
      { role: 'assistant', content: null, tool_calls: [wireCall('a'), wireCall('b')] },
      { role: 'tool', tool_call_id: 'a', content: '[error] gone' },
      { role: 'tool', tool_call_id: 'b', content: '[error]' },
    ],
    ['approximated items.2.isError', 'approximated items.3.isError'],
  ],
  [
    '#43 results of several texts stay in order',
    [{ ...result, callId: 'a', parts: [text('1'), text('2')] }],
    [
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [
          { type: 'text', text: '1' },
          { type: 'text', text: '2' },
        ],
      },
    ],
    [],
  ],
  [
    '#6 #9 images by their address and by their bytes',
    [
      {
        kind: 'message',
        role: 'user',
        parts: [{ kind: 'image', source: { kind: 'url', url: 'https://a/b' }, detail: 'low' }, image],
      },
    ],
    [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b', detail: 'low' } }, wireImage] }],
    [],
  ],
  [
    '#7 a PDF is a file with a name; what only its vendor holds is named',
    [
      {
        kind: 'message',
        role: 'user',
        parts: [
          { kind: 'document', source: { kind: 'data', mediaType: 'application/pdf', data: 'BBBB' } },
          { kind: 'document', source: { kind: 'text', text: 'body' }, title: 'Note' },
          { kind: 'document', source: { kind: 'url', url: 'https://a/b.pdf' } },
          { kind: 'document', source: { kind: 'file', id: 'file_1' } },
        ],
      },
    ],
    [
      {
        role: 'user',
        content: [
          { type: 'file', file: { filename: 'document.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
          { type: 'text', text: 'Note\n\nbody' },
          { type: 'text', text: '[document at https://a/b.pdf]' },
          { type: 'text', text: '[file file_1 is not available]' },
        ],
      },
    ],
    ['approximated items.0.parts.1', 'approximated items.0.parts.2', 'not-carried items.0.parts.3'],
  ],
  [
    '#31 turns of nothing are left out',
    [
      { kind: 'message', role: 'user', parts: [text('')] },
      { kind: 'message', role: 'assistant', parts: [] },
      user('a'),
    ],
    [{ role: 'user', content: 'a' }],
    [],
  ],
  [
    'a refusal has its member',
    [{ kind: 'message', role: 'assistant', parts: [{ kind: 'refusal', text: 'No.' }] }],
    [{ role: 'assistant', content: null, refusal: 'No.' }],
    [],
  ],
  [
    'ids of calls fit, on calls and on results',
    [call('toolu_bdrk_01'.padEnd(50, 'x')), { ...result, callId: 'toolu_bdrk_01'.padEnd(50, 'x'), parts: [text('A')] }],
    [
      {
        role: 'assistant',
        content: null,
        tool_calls: [wireCall(expect.stringMatching(/^toolu_bdrk_01x{10}_[0-9a-f]{16}$/) as string)],
      },
      { role: 'tool', tool_call_id: expect.stringMatching(/^.{40}$/) as string, content: 'A' },
    ],
    [],
  ],
  [
    "Gemini's thought stands on its call",
    [{ ...call('a'), sealed: { kind: 'thought', blob: 't', id: null } } as Item],
    [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{}', thought_signature: 't' } }],
      },
    ],
    [],
  ],
  [
    'an item of another protocol',
    [{ kind: 'foreign', protocol: 'openai-responses', type: 'compaction', value: {} }],
    [],
    ['not-carried items.0'],
  ],
])('%s', (_name, items, messages, edits) => {
  const { body, rules } = encode({ items });
  expect(body['messages']).toEqual(messages);
  expect(rules).toEqual(edits);
});

const marksOf = (body: JsonObject) =>
  (body['messages'] as readonly JsonObject[]).flatMap((message, index) =>
    message['copilot_cache_control'] === undefined ? [] : [index],
  );
const system = (value: string): Item => ({ kind: 'message', role: 'system', parts: [text(value)] });
const marked = (value: string): Item => ({
  kind: 'message',
  role: 'user',
  parts: [{ ...text(value), cache: { ttl: null } }],
});
const conversation: readonly Item[] = [
  system('s1'),
  system('s2'),
  user('1'),
  said('2'),
  user('3'),
  call('a'),
  call('b'),
  { ...result, callId: 'a', parts: [] },
  { ...result, callId: 'b', parts: [] },
];

test.each<[string, readonly Item[], Model, readonly number[]]>([
  [
    'Claude gets two behind its system turns and two behind the last turns of the other side',
    conversation,
    claude,
    [0, 1, 4, 7],
  ],
  ['other vendors get none', conversation, gpt, []],
  ["the caller's own stay alone", [...conversation, marked('x')], claude, [8]],
  [
    'of more than four the first and the last ones stay',
    ['1', '2', '3', '4', '5', '6'].map(marked),
    claude,
    [0, 3, 4, 5],
  ],
])('cache markers: %s', (_name, items, model, marks) => {
  expect(marksOf(encode({ items }, model).body)).toEqual(marks);
});

test('law 5: the encoding of a longer conversation begins with that of the shorter one', () => {
  const ends = conversation.flatMap((item, index) =>
    item.kind === 'message' && item.role === 'user' ? [index + 1] : [],
  );
  const whole = encode({ items: [...conversation, user('end')] }).body['messages'] as readonly unknown[];
  for (const end of ends) {
    const shorter = encode({ items: conversation.slice(0, end) }).body['messages'] as readonly unknown[];
    expect(whole.slice(0, shorter.length)).toEqual(shorter);
  }
});

test('law 7: decoding what was encoded gives what was decoded', () => {
  const body = {
    model: 'claude',
    messages: [
      { role: 'system', content: 'a', copilot_cache_control: { type: 'ephemeral' } },
      { role: 'developer', content: 'b' },
      {
        role: 'user',
        name: 'Ann',
        content: [
          { type: 'text', text: 'c' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA', detail: 'low' } },
          { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,BBBB' } },
          { type: 'input_audio', input_audio: { data: 'CCCC', format: 'mp3' } },
        ],
      },
      {
        role: 'assistant',
        content: 'd',
        reasoning_text: 'e',
        reasoning_opaque: 'f',
        tool_calls: [
          { id: 'a', type: 'function', function: { name: 'f', arguments: '{"n":12345678901234567890}' } },
          { id: 'b', type: 'function', function: { name: 'g', arguments: '{', thought_signature: 't' } },
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'g' },
      {
        role: 'tool',
        tool_call_id: 'b',
        content: [
          { type: 'text', text: 'h' },
          { type: 'text', text: 'i' },
        ],
      },
      { role: 'assistant', content: 'j', refusal: 'k' },
      { role: 'user', content: 'l' },
    ],
    tools: [
      { type: 'function', function: { name: 'f', description: 'F', parameters: { type: 'object' }, strict: true } },
    ],
    tool_choice: {
      type: 'allowed_tools',
      allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'f' } }] },
    },
    parallel_tool_calls: true,
    max_tokens: 5,
    temperature: 0.5,
    top_p: 0.9,
    seed: 1,
    presence_penalty: 0.1,
    frequency_penalty: 0.2,
    logit_bias: { '5': 1 },
    stop: ['x'],
    logprobs: true,
    top_logprobs: 2,
    reasoning_effort: 'low',
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'n', description: 'd', schema: { type: 'object' }, strict: true },
    },
    verbosity: 'low',
    prompt_cache_key: 'k',
    user: 'u',
    stream: true,
    stream_options: { include_usage: true },
  };
  const edits: RequestEdit[] = [];
  const report = (edit: RequestEdit) => edits.push(edit);
  const model = { ...claude, supports: { ...claude.supports, reasoningEfforts: ['low'] } };
  const decoded = decodeChatRequest(body, report);
  expect(decodeChatRequest(encodeChatRequest(decoded, { model, report }), report)).toEqual(decoded);
  expect(edits).toEqual([]);
});
