import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { expect, test } from 'vitest';
import { decodeStream, encodeParts, encodeStream } from '../../../test/support/responses-frames.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createResponsesCollector } from './collect-stream.ts';

const start: StreamPart = { type: 'start', usage: null };
const usage = {
  inputTokens: 5,
  cacheReadTokens: 4,
  cacheWriteTokens: 3,
  outputTokens: 2,
  reasoningTokens: 1,
  costNanoAiu: 7,
};
const finish = (reason: Extract<StreamPart, { type: 'finish' }>['reason']): StreamPart => ({
  type: 'finish',
  reason,
  stopSequence: null,
  explanation: null,
});
const delta = (block: number, text: string): StreamPart => ({ type: 'delta', block, literal: JSON.stringify(text) });
const end = (block: number): StreamPart => ({ type: 'block-end', block });
const text = (block: number, phase: string | null = null): StreamPart => ({
  type: 'block-start',
  block,
  kind: 'text',
  phase,
});
const reasoning = (block: number): StreamPart => ({ type: 'block-start', block, kind: 'reasoning' });
const call = (block: number, change: object = {}): StreamPart => ({
  type: 'block-start',
  block,
  kind: 'tool-call',
  callId: `c${block}`,
  name: 'f',
  namespace: null,
  form: 'function',
  ...change,
});
const seal = (block: number, blob: string): StreamPart => ({
  type: 'seal',
  block,
  sealed: { kind: 'signature', blob, id: null },
});

const broad: readonly StreamPart[] = [
  start,
  reasoning(0),
  delta(0, 'wh'),
  delta(0, 'y'),
  seal(0, 's1'),
  end(0),
  text(1, 'commentary'),
  delta(1, 'so "it'),
  delta(1, '" is\n'),
  {
    type: 'annotation',
    block: 1,
    annotation: { kind: 'url', url: 'https://a.example', title: 'A', citedText: null, start: 0, end: 2 },
  },
  end(1),
  call(2),
  call(3, { form: 'custom', name: 'exec', namespace: 'functions' }),
  delta(2, '{"a"'),
  delta(3, 'await '),
  delta(2, ':1}'),
  delta(3, 'x'),
  end(3),
  end(2),
  reasoning(4),
  seal(4, 's2'),
  end(4),
  { type: 'usage', usage },
  finish('tool-calls'),
];

test('the whole sequence of events, in numbers without a gap', () => {
  const { events, faults } = encodeParts(broad);
  expect(faults).toEqual([]);
  expect(events.map(({ type }) => type.replace('response.', ''))).toEqual([
    'created',
    'in_progress',
    'output_item.added',
    'reasoning_summary_part.added',
    'reasoning_summary_text.delta',
    'reasoning_summary_text.delta',
    'reasoning_summary_text.done',
    'reasoning_summary_part.done',
    'output_item.done',
    'output_item.added',
    'content_part.added',
    'output_text.delta',
    'output_text.delta',
    'output_text.annotation.added',
    'output_text.done',
    'content_part.done',
    'output_item.done',
    'output_item.added',
    'output_item.added',
    'function_call_arguments.delta',
    'custom_tool_call_input.delta',
    'function_call_arguments.delta',
    'custom_tool_call_input.delta',
    'custom_tool_call_input.done',
    'output_item.done',
    'function_call_arguments.done',
    'output_item.done',
    'output_item.added',
    'output_item.done',
    'completed',
  ]);
});

test('#63 #84 #85 the last event holds every item whole, under the ids that they opened with', () => {
  const { events, sealed } = encodeParts(broad);
  const annotation = { type: 'url_citation', url: 'https://a.example', title: 'A', start_index: 0, end_index: 2 };
  expect(events.at(-1).response.output).toEqual([
    {
      id: 'rs_rs0',
      type: 'reasoning',
      summary: [{ type: 'summary_text', text: 'why' }],
      encrypted_content: 'sealed:s1',
    },
    {
      id: 'msg_msg1',
      type: 'message',
      status: 'completed',
      role: 'assistant',
      phase: 'commentary',
      content: [{ type: 'output_text', text: 'so "it" is\n', annotations: [annotation], logprobs: [] }],
    },
    { id: 'fc_fc2', type: 'function_call', status: 'completed', call_id: 'c2', name: 'f', arguments: '{"a":1}' },
    {
      id: 'ctc_ctc3',
      type: 'custom_tool_call',
      status: 'completed',
      call_id: 'c3',
      name: 'exec',
      namespace: 'functions',
      input: 'await x',
    },
    { id: 'rs_rs4', type: 'reasoning', summary: [], encrypted_content: 'sealed:s2' },
  ]);
  expect(sealed).toEqual([
    [{ kind: 'signature', blob: 's1', id: null, at: 0 }],
    [{ kind: 'signature', blob: 's2', id: null, at: 3 }],
  ]);
});

test('#65 #76 usage is complete and counts nothing twice; the bill stands beside the response', () => {
  const last = encodeParts(broad).events.at(-1);
  expect(last.response.usage).toEqual({
    input_tokens: 12,
    input_tokens_details: { cached_tokens: 4, cache_write_tokens: 3 },
    output_tokens: 2,
    output_tokens_details: { reasoning_tokens: 1 },
    total_tokens: 14,
  });
  expect(last.copilot_usage).toEqual({ total_nano_aiu: 7 });
  const bare = encodeParts([start, finish('stop')]).events.at(-1);
  expect(bare.response.usage).toMatchObject({
    input_tokens: 0,
    input_tokens_details: { cached_tokens: 0 },
    total_tokens: 0,
  });
  expect(bare).not.toHaveProperty('copilot_usage');
});

test('what is encoded and decoded again says the same', () => {
  const { parts } = decodeStream(encodeParts(broad).frames);
  const told = (list: readonly StreamPart[]) =>
    list.map((part) => (part.type === 'seal' ? { ...part, sealed: null } : part));
  expect(told(parts)).toEqual(told(broad));
});

test('the collector folds it to the answer of a caller who does not stream', () => {
  const { events } = encodeParts(broad);
  const collector = createResponsesCollector();
  for (const event of events) collector.push(event);
  expect(JSON.parse(collector.answer() ?? '')).toEqual({
    ...events.at(-1).response,
    copilot_usage: { total_nano_aiu: 7 },
  });
});

test('the response repeats what was asked, under the name that was asked for', () => {
  const tools = [
    {
      type: 'namespace',
      name: 'n',
      description: 'many',
      tools: [{ type: 'custom', name: 'exec', format: { type: 'text' } }],
    },
  ];
  const asked = {
    tools,
    tool_choice: 'required',
    parallel_tool_calls: false,
    max_output_tokens: 50,
    reasoning: { effort: 'high', summary: 'auto' },
    text: { verbosity: 'low' },
  };
  const { response } = encodeParts([start], asked).events[0];
  expect(response).toMatchObject({
    ...asked,
    id: 'resp_resp0',
    object: 'response',
    created_at: 7,
    status: 'in_progress',
    model: 'm',
    output: [],
    usage: null,
    error: null,
    incomplete_details: null,
    instructions: null,
    text: { format: { type: 'text' }, verbosity: 'low' },
  });
});

test.each([
  ['stop', 'completed', null, 0],
  ['stop-sequence', 'completed', null, 0],
  ['length', 'incomplete', { reason: 'max_output_tokens' }, 0],
  ['content-filter', 'incomplete', { reason: 'content_filter' }, 0],
  ['refusal', 'incomplete', { reason: 'content_filter' }, 0],
  ['context-window', 'incomplete', { reason: 'max_output_tokens' }, 1],
  ['pause', 'completed', null, 1],
] as const)('%s ends as %s', (reason, status, incomplete_details, losses) => {
  const { events, edits, faults } = encodeParts([start, text(0), delta(0, 'a'), end(0), finish(reason)]);
  expect(events.at(-1)).toMatchObject({ type: `response.${status}`, response: { status, incomplete_details } });
  expect(edits).toHaveLength(losses);
  expect(faults).toEqual([]);
});

test('a refusal that was shown is a part of its own, and the answer is complete', () => {
  const { events, faults } = encodeParts([
    start,
    { type: 'block-start', block: 0, kind: 'refusal' },
    delta(0, 'no'),
    end(0),
    finish('refusal'),
  ]);
  expect(faults).toEqual([]);
  expect(events.at(-1)).toMatchObject({
    type: 'response.completed',
    response: { output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'no' }] }] },
  });
});

test('#54 a call without arguments has an empty object', () => {
  const { events, faults } = encodeParts([start, call(0), end(0), finish('tool-calls')]);
  expect(faults).toEqual([]);
  expect(events.at(-1).response.output[0].arguments).toBe('{}');
});

test('a shell call has its action; one that is no JSON runs nothing', () => {
  const { events, faults } = encodeParts([
    start,
    call(0, { form: 'local-shell', name: 'local_shell' }),
    delta(0, '{"command":["ls",'),
    delta(0, '"-l"]}'),
    end(0),
    call(1, { form: 'local-shell', name: 'local_shell' }),
    delta(1, 'rm'),
    end(1),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(events.at(-1).response.output.map((item: { action: unknown }) => item.action)).toEqual([
    { type: 'exec', command: ['ls', '-l'], env: {} },
    { type: 'exec', command: [], env: {} },
  ]);
});

test('log probabilities stand with their delta and with the whole text', () => {
  const tokens = [{ token: 'a', logprob: -1, bytes: null, top: [{ token: 'b', logprob: -2, bytes: [98] }] }];
  const { events } = encodeParts([
    start,
    text(0),
    { type: 'logprobs', block: 0, tokens },
    delta(0, 'a'),
    delta(0, 'b'),
    end(0),
    finish('stop'),
  ]);
  const expected = [{ token: 'a', logprob: -1, bytes: [], top_logprobs: [{ token: 'b', logprob: -2, bytes: [98] }] }];
  const deltas = events.filter(({ type }) => type === 'response.output_text.delta');
  expect(deltas.map(({ logprobs }) => logprobs)).toEqual([expected, []]);
  expect(events.at(-1).response.output[0].content[0].logprobs).toEqual(expected);
});

test('#88 halves of a character in two deltas are one in the whole text', () => {
  const literal = (text: string): StreamPart => ({ type: 'delta', block: 0, literal: `"${text}"` });
  const { events, faults } = encodeParts([
    start,
    text(0),
    literal(String.raw`\ud83d`),
    literal(String.raw`\ude00`),
    literal(Buffer.from('\u00fc').toString('latin1')),
    end(0),
    finish('stop'),
  ]);
  expect(faults).toEqual([]);
  expect(events.at(-1).response.output[0].content[0].text).toBe('\u{1f600}\u00fc');
});

test("a citation that only another protocol knows is left out and reported once; Gemini's seal on a call is kept", () => {
  const annotation = { kind: 'foreign', protocol: 'anthropic-messages', value: {} } as const;
  const { events, edits, faults } = encodeParts([
    start,
    text(0),
    { type: 'annotation', block: 0, annotation },
    { type: 'annotation', block: 0, annotation },
    end(0),
    call(1),
    delta(1, '{}'),
    { type: 'seal', block: 1, sealed: { kind: 'thought', blob: 't', id: null } },
    end(1),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(edits).toMatchObject([{ rule: 'not-carried' }]);
  expect(events.at(-1).response.output.at(-1)).toMatchObject({
    type: 'reasoning',
    summary: [],
    encrypted_content: 'sealed:t',
  });
});

test('#79 a failure is one response.failed with the next number and what was whole', () => {
  const { events, faults } = encodeStream((encoder) => {
    for (const part of [start, text(0), delta(0, 'gr\u00c3\u00bc'), end(0), call(1), delta(1, '{"a')])
      encoder.push(part);
    return encoder.failure(new ProxyError('upstream_truncated', 'broke off \u2013 here'), 'x1');
  });
  expect(faults).toEqual([]);
  expect(events.filter(({ type }) => type === 'response.failed' || type === 'error')).toHaveLength(1);
  expect(events.at(-1)).toMatchObject({
    type: 'response.failed',
    sequence_number: events.length - 1,
    response: {
      id: 'resp_resp0',
      status: 'failed',
      error: { code: 'upstream_truncated', message: 'broke off \u2013 here' },
      output: [{ type: 'message', content: [{ text: 'gr\u00fc' }] }],
    },
  });
});

test('a failure before anything was said, and nothing after the end', () => {
  const failed = encodeStream((encoder) => encoder.failure(new ProxyError('internal_error', 'x'), 'x1'));
  expect(failed.events.map(({ type }) => type)).toEqual([
    'response.created',
    'response.in_progress',
    'response.failed',
  ]);
  expect(failed.faults).toEqual([]);
  const late = encodeStream((encoder) => {
    for (const part of [start, finish('stop'), text(0)]) encoder.push(part);
    return encoder.failure(new ProxyError('internal_error', 'x'), 'x1');
  });
  expect(late.faults).toEqual([]);
});

test('one part is one write at most', () => {
  // Seals and usage only take note.
  expect(encodeParts(broad).writes).toBe(broad.length - 3);
});

/** Law 10, by the vendor's types: every event that was written has a type that the vendor knows. */
const vendorTypes = [
  'response.created',
  'response.in_progress',
  'response.output_item.added',
  'response.output_item.done',
  'response.content_part.added',
  'response.content_part.done',
  'response.output_text.delta',
  'response.output_text.done',
  'response.output_text.annotation.added',
  'response.reasoning_summary_part.added',
  'response.reasoning_summary_part.done',
  'response.reasoning_summary_text.delta',
  'response.reasoning_summary_text.done',
  'response.function_call_arguments.delta',
  'response.function_call_arguments.done',
  'response.custom_tool_call_input.delta',
  'response.custom_tool_call_input.done',
  'response.completed',
] as const satisfies readonly ResponseStreamEvent['type'][];

test("every event is of a type in the vendor's list", () => {
  expect(new Set(encodeParts(broad).events.map(({ type }) => type))).toEqual(new Set(vendorTypes));
});
