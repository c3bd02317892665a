/** Messages streams both ways: fixtures typed from the vendor's pages and Copilot's quirks, and whatever can be generated. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedBlocks, told, woven } from '../../../test/support/generated-answers.ts';
import { sampleRequest } from '../../../test/support/sample-request.ts';
import type { RequestEdit } from '../../canonical/request-edit.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import { readFrame } from '../../framing/server-sent-events.ts';
import type { DecodeVerdict, SealedEntry } from '../protocol.ts';
import { createMessagesCollector } from './collect-stream.ts';
import { createMessagesGrammar } from './grammar.ts';
import { createMessagesStreamDecoder } from './stream-decoder.ts';
import { createMessagesStreamEncoder } from './stream-encoder.ts';

interface Event {
  readonly type: string;
  readonly [member: string]: unknown;
}

const framesOf = (stream: string) =>
  stream
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame) => `${frame}\n\n`);

function decode(events: readonly (object | string)[]) {
  const parts: StreamPart[] = [];
  const decoder = createMessagesStreamDecoder({
    emit: (part) => parts.push(part),
    mintCallId: (index) => `minted_${index}`,
  });
  const verdicts: DecodeVerdict[] = events.map((event) =>
    decoder.push('', typeof event === 'string' ? event : JSON.stringify(event)),
  );
  return { parts, last: verdicts.at(-1), isWhole: () => decoder.end() };
}

function encode(parts: readonly StreamPart[]) {
  const frames: string[] = [];
  const seals: SealedEntry[][] = [];
  const edits: RequestEdit[] = [];
  const encoder = createMessagesStreamEncoder({
    write: (text) => frames.push(text),
    model: 'asked',
    createdAtS: 1,
    mint: (kind, index) => `${kind}${index}`,
    request: sampleRequest(),
    seal: (entries) => {
      seals.push([...entries]);
      return `sealed:${entries.map(({ blob, at }) => `${blob}@${at}`).join()}`;
    },
    report: (edit) => edits.push(edit),
  });
  for (const part of parts) encoder.push(part);
  const events = framesOf(frames.join('')).map((frame) => {
    const { event, data } = readFrame(frame, 0, frame.length);
    const payload = JSON.parse(data) as Event;
    expect(event).toBe(payload.type);
    return payload;
  });
  const grammar = createMessagesGrammar();
  const faults = [...events.map((event) => grammar.push(event)), grammar.end()].filter((fault) => fault !== null);
  return { events, faults, seals, edits };
}

const start: StreamPart = { type: 'start', usage: null };
const call = (block: number, name = 't'): StreamPart => ({
  type: 'block-start',
  block,
  kind: 'tool-call',
  callId: `c${block}`,
  name,
  namespace: null,
  form: 'function',
});
const delta = (block: number, text: string): StreamPart => ({ type: 'delta', block, literal: JSON.stringify(text) });
const end = (block: number): StreamPart => ({ type: 'block-end', block });
const finish = (reason: Extract<StreamPart, { type: 'finish' }>['reason']): StreamPart => ({
  type: 'finish',
  reason,
  stopSequence: null,
  explanation: null,
});
const typesOf = (events: readonly Event[]) => events.map((event) => event.type.replace('content_block_', '')).join(' ');

const messageStart = {
  type: 'message_start',
  message: {
    id: 'msg_bdrk_1',
    role: 'assistant',
    content: [],
    usage: { input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 1 },
  },
};

test('a recorded shape: thinking, text, a call, and the bill', () => {
  const { parts, last } = decode([
    messageStart,
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
    { type: 'ping' },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'why' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'Ep' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'QB' } },
    { type: 'content_block_stop', index: 0 },
    {
      type: 'content_block_start',
      index: 1,
      content_block: { type: 'tool_use', id: 'toolu_1', name: 'ls', input: {} },
    },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
    { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } },
    { type: 'content_block_stop', index: 1 },
    {
      type: 'message_delta',
      delta: { stop_reason: 'tool_use', stop_sequence: null },
      usage: { output_tokens: 9 },
      copilot_usage: { total_nano_aiu: 42 },
    },
    { type: 'message_stop' },
  ]);
  expect(last).toBe('ended');
  expect(parts).toMatchObject([
    { type: 'start', usage: { inputTokens: 5, cacheReadTokens: 7 } },
    { type: 'block-start', block: 0, kind: 'reasoning' },
    { type: 'delta', literal: '"why"' },
    { type: 'seal', sealed: { kind: 'signature', blob: 'EpQB' } },
    { type: 'block-end', block: 0 },
    { type: 'block-start', block: 1, kind: 'tool-call', callId: 'toolu_1', name: 'ls' },
    { type: 'delta', literal: '"{\\"a\\":1}"' },
    { type: 'block-end', block: 1 },
    { type: 'usage', usage: { inputTokens: 5, outputTokens: 9, costNanoAiu: 42 } },
    { type: 'finish', reason: 'tool-calls' },
  ]);
});

test.each<[string, readonly (object | string)[], unknown]>([
  [
    'a call without arguments has an empty object',
    [
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 't', input: {} } },
      { type: 'content_block_stop', index: 0 },
    ],
    [{ kind: 'tool-call', text: '{}' }],
  ],
  [
    'a call whose arguments come with its start',
    [
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'tool_use', id: 'a', name: 't', input: { x: 1 } },
      },
      { type: 'content_block_stop', index: 0 },
    ],
    [{ kind: 'tool-call', text: '{"x":1}' }],
  ],
  [
    'a redacted thought',
    [
      { type: 'content_block_start', index: 0, content_block: { type: 'redacted_thinking', data: 'xx' } },
      { type: 'content_block_stop', index: 0 },
    ],
    [{ kind: 'reasoning', text: '', isSealed: true }],
  ],
  [
    'a server tool means nothing',
    [
      {
        type: 'content_block_start',
        index: 0,
        content_block: { type: 'server_tool_use', id: 's', name: 'web_search' },
      },
      { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{}' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
      '{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"a\\u00e9\\\\"}}',
      { type: 'content_block_stop', index: 1 },
    ],
    [{ kind: 'text', text: 'a\u00e9\\' }],
  ],
])('%s', (_name, events, expected) => {
  const { parts } = decode([
    messageStart,
    ...events,
    { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
    { type: 'message_stop' },
  ]);
  expect(told(parts)).toMatchObject(expected as object);
  expect(parts.at(-1)).toMatchObject({ type: 'finish' });
});

test('a stream without its last event is whole if its reason was told, and no block is half', () => {
  const told = decode([messageStart, { type: 'message_delta', delta: { stop_reason: 'end_turn' } }]);
  expect(told.isWhole()).toBe(true);
  expect(told.parts.at(-1)).toMatchObject({ type: 'finish', reason: 'stop' });
  expect(decode([messageStart]).isWhole()).toBe(false);
  const half = decode([
    messageStart,
    { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 'a', name: 't', input: {} } },
  ]);
  expect(half.isWhole()).toBe(false);
});

test.each<[string, object | string, unknown]>([
  [
    'an error in the stream',
    { type: 'error', error: { type: 'overloaded_error', message: 'x' } },
    { kind: 'upstream-error' },
  ],
  ['rubbish', 'hello', { kind: 'broken' }],
])('%s', (_name, event, expected) => {
  expect(decode([messageStart, event]).last).toMatchObject(expected as object);
});

test('#87 the mark of another dialect is passed over', () => {
  expect(decode([messageStart, '[DONE]']).last).toBe('taken');
});

test('#68 parallel calls that come interleaved are written one after the other', () => {
  const { events, faults } = encode([
    start,
    call(0),
    call(1),
    delta(0, '{"a":'),
    delta(1, '{}'),
    delta(0, '1}'),
    end(1),
    end(0),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(typesOf(events)).toBe('message_start start delta delta stop start delta stop message_delta message_stop');
});

test('#71 #72 reasoning, a call and reasoning again have an index each', () => {
  const reasoning = (block: number): StreamPart => ({ type: 'block-start', block, kind: 'reasoning' });
  const { events, faults } = encode([
    start,
    reasoning(0),
    delta(0, 'a'),
    end(0),
    call(1),
    delta(1, '{}'),
    end(1),
    reasoning(2),
    delta(2, 'b'),
    end(2),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(events.filter(({ type }) => type === 'content_block_start').map(({ index }) => index)).toEqual([0, 1, 2]);
});

test('#60 a seal is the signature of its block, and a block of its own where nothing was shown', () => {
  const seal = (block: number, blob: string): StreamPart => ({
    type: 'seal',
    block,
    sealed: { kind: 'encrypted', blob, id: 'rs' },
  });
  const { events, faults, seals } = encode([
    start,
    { type: 'block-start', block: 0, kind: 'reasoning' },
    delta(0, 'why'),
    seal(0, 'one'),
    end(0),
    call(1),
    delta(1, '{}'),
    seal(1, 'th'),
    end(1),
    { type: 'block-start', block: 2, kind: 'reasoning' },
    seal(2, 'two'),
    end(2),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(seals.flat().map(({ blob, at }) => `${blob}@${at}`)).toEqual(['one@0', 'th@0', 'two@1']);
  expect(events).toContainEqual({
    type: 'content_block_delta',
    index: 0,
    delta: { type: 'signature_delta', signature: 'sealed:one@0' },
  });
  expect(events).toContainEqual({
    type: 'content_block_start',
    index: 3,
    content_block: { type: 'redacted_thinking', data: 'sealed:two@1' },
  });
});

test('a seal behind the last words does not hide them: Claude Code prints the last block alone', () => {
  const late: StreamPart[] = [
    { type: 'block-start', block: 1, kind: 'reasoning' },
    { type: 'seal', block: 1, sealed: { kind: 'opaque', blob: 'late', id: null } },
    end(1),
  ];
  const text: StreamPart[] = [{ type: 'block-start', block: 0, kind: 'text', phase: null }, delta(0, 'said'), end(0)];
  const kinds = ({ events }: ReturnType<typeof encode>) =>
    events.flatMap((event) =>
      event.type === 'content_block_start' ? [(event['content_block'] as { type: string }).type] : [],
    );
  const ended = encode([start, ...text, ...late, finish('stop')]);
  expect(kinds(ended)).toEqual(['text']);
  expect(ended.edits).toMatchObject([{ rule: 'not-carried' }]);
  // A turn that calls a tool is not over, and its thoughts have to come back.
  expect(kinds(encode([start, ...text, ...late, call(2), delta(2, '{}'), end(2), finish('tool-calls')]))).toEqual([
    'text',
    'redacted_thinking',
    'tool_use',
  ]);
  expect(kinds(encode([start, call(0), delta(0, '{}'), end(0), ...late, finish('tool-calls')]))).toEqual([
    'tool_use',
    'redacted_thinking',
  ]);
});

test.each<[string, StreamPart[], string]>([
  ['#56 a call that went out is to be made', [call(0), delta(0, '{}'), end(0), finish('stop')], 'tool_use'],
  ['no call went out', [finish('tool-calls')], 'end_turn'],
  ['#58 a filter', [finish('content-filter')], 'refusal'],
  ['a limit that cut a call', [call(0), delta(0, '{"a'), end(0), finish('length')], 'max_tokens'],
  ['a full window', [finish('context-window')], 'model_context_window_exceeded'],
])('%s', (_name, parts, reason) => {
  const { events, faults } = encode([start, ...parts]);
  expect(faults).toEqual([]);
  expect(events.at(-2)).toMatchObject({ type: 'message_delta', delta: { stop_reason: reason } });
});

test('arguments that are no object are a failure, not a success without them', () => {
  expect(() => encode([start, call(0), delta(0, '{"a'), end(0), finish('tool-calls')])).toThrow(
    expect.objectContaining({ code: 'upstream_invalid_response' }) as Error,
  );
});

test('usage and cost are told once, at the end', () => {
  const usage = {
    inputTokens: 3,
    cacheReadTokens: 2,
    cacheWriteTokens: 1,
    outputTokens: 5,
    reasoningTokens: 4,
    costNanoAiu: 9,
  };
  const { events } = encode([start, { type: 'usage', usage }, finish('stop')]);
  expect(events.at(-2)).toMatchObject({
    usage: {
      input_tokens: 3,
      cache_read_input_tokens: 2,
      cache_creation_input_tokens: 1,
      output_tokens: 5,
      output_tokens_details: { thinking_tokens: 4 },
    },
    copilot_usage: { total_nano_aiu: 9 },
  });
});

test('laws 3 and 4: whatever is said, in whatever weave, follows the grammar, comes back and folds', () => {
  fc.assert(
    fc.property(
      generatedBlocks(['text', 'reasoning', 'tool-call']),
      fc.array(fc.nat(6), { minLength: 1 }),
      (blocks, picks) => {
        const parts = woven(blocks, picks);
        const { events, faults } = encode(parts);
        expect(faults).toEqual([]);
        const decoded = decode(events);
        expect(decoded.last).toBe('ended');
        expect(told(decoded.parts)).toEqual(told(parts));
        const collector = createMessagesCollector();
        for (const event of events) collector.push(event);
        const folded = JSON.parse(collector.answer() ?? 'null') as {
          content: { text?: string; thinking?: string; input?: object }[];
        };
        expect(folded.content.map((block) => block.text ?? block.thinking ?? JSON.stringify(block.input))).toEqual(
          told(parts).map(({ kind, text }) => (kind === 'tool-call' ? JSON.stringify(JSON.parse(text)) : text)),
        );
      },
    ),
    { numRuns: 400 },
  );
});
