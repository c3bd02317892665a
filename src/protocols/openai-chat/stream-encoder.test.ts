import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { expect, test } from 'vitest';
import { encodeChunks } from '../../../test/support/chat-frames.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createChatCollector } from './collect-stream.ts';

const start: StreamPart = { type: 'start', usage: null };
const textStart: BlockStart = { type: 'block-start', block: 0, kind: 'text', phase: null };
const finish = (reason: Extract<StreamPart, { type: 'finish' }>['reason']): StreamPart => ({
  type: 'finish',
  reason,
  stopSequence: null,
  explanation: null,
});
const callStart = (block: number, form: 'function' | 'custom' = 'function'): BlockStart => ({
  type: 'block-start',
  block,
  kind: 'tool-call',
  callId: `c${block}`,
  name: 'f',
  namespace: null,
  form,
});

test("writes whole frames that the vendor's types take, the role first and the mark of the end last", () => {
  const { events, frames, faults } = encodeChunks([
    start,
    textStart,
    { type: 'delta', block: 0, literal: '"a\\u00e9"' },
    { type: 'block-end', block: 0 },
    finish('stop'),
  ]);
  expect(faults).toEqual([]);
  expect(frames.every((frame) => frame.startsWith('data: ') && frame.endsWith('\n\n'))).toBe(true);
  const base = { id: 'chatcmpl-chatcmpl0', object: 'chat.completion.chunk', created: 7, model: 'asked' } as const;
  const one = (delta: ChatCompletionChunk.Choice.Delta, finish_reason: 'stop' | null = null) =>
    ({ ...base, choices: [{ index: 0, delta, logprobs: null, finish_reason }] }) satisfies ChatCompletionChunk;
  expect(events.slice(0, 3)).toEqual([
    one({ role: 'assistant', content: null }),
    one({ content: 'aé' }),
    one({}, 'stop'),
  ]);
  expect(events.at(-1)).toBe('[DONE]');
});

test('tells usage only to a caller who asked', () => {
  const { events } = encodeChunks([start, finish('stop')], { includeUsage: false });
  expect(events.filter((event) => event.usage)).toEqual([]);
});

test.each<[Parameters<typeof finish>[0], string, boolean]>([
  ['stop', 'stop', false],
  ['length', 'length', false],
  ['stop-sequence', 'stop', false],
  ['tool-calls', 'stop', false],
  ['refusal', 'content_filter', false],
  ['content-filter', 'content_filter', false],
  ['context-window', 'length', true],
  ['pause', 'stop', true],
])('tells %s as %s', (reason, told_, isReported) => {
  const { events, edits } = encodeChunks([start, finish(reason)]);
  expect(events[1]?.choices[0]?.finish_reason).toBe(told_);
  expect(edits.length > 0).toBe(isReported);
});

test('#56 an answer with a call ends with tool_calls, whatever the upstream said', () => {
  const parts: StreamPart[] = [start, callStart(0), { type: 'block-end', block: 0 }, finish('stop')];
  expect(encodeChunks(parts).events[2]?.choices[0]?.finish_reason).toBe('tool_calls');
});

test('a refusal that is shown has stopped', () => {
  const refusal: BlockStart = { type: 'block-start', block: 0, kind: 'refusal' };
  const { events } = encodeChunks([start, refusal, { type: 'delta', block: 0, literal: '"no"' }, finish('refusal')]);
  expect(events[1]?.choices[0]?.delta).toEqual({ refusal: 'no' });
  expect(events[2]?.choices[0]?.finish_reason).toBe('stop');
});

test('all seals travel in one reasoning_opaque right before the finish, placed as a client sends the message back', () => {
  const reasoning = (block: number): BlockStart => ({ type: 'block-start', block, kind: 'reasoning' });
  const seal = (block: number, kind: 'opaque' | 'thought'): StreamPart => ({
    type: 'seal',
    block,
    sealed: { kind, blob: `s${block}`, id: null },
  });
  const { events, seals, faults } = encodeChunks([
    start,
    reasoning(0),
    seal(0, 'opaque'),
    { ...textStart, block: 1 },
    { type: 'delta', block: 1, literal: '"a"' },
    reasoning(2),
    seal(2, 'opaque'),
    callStart(3),
    seal(3, 'thought'),
    callStart(4),
    seal(4, 'thought'),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  expect(seals[0]?.map(({ blob, at }) => [blob, at])).toEqual([
    ['s0', 0],
    ['s2', 1],
    ['s3', 1],
    ['s4', 2],
  ]);
  expect(events.at(-3)?.choices[0]?.delta).toEqual({ reasoning_opaque: 'sealed:s0@0,s2@1,s3@1,s4@2' });
});

test('a call of a custom tool has raw text, and folds into one', () => {
  const { events, faults } = encodeChunks([
    start,
    callStart(0, 'custom'),
    { type: 'delta', block: 0, literal: '"*** Begin"' },
    { type: 'delta', block: 0, literal: '" Patch"' },
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  const collector = createChatCollector(() => 'minted');
  for (const event of events) collector.push(event);
  const answer = JSON.parse(collector.answer() ?? 'null') as { choices: { message: object }[] };
  expect(answer.choices[0]?.message).toMatchObject({
    tool_calls: [{ id: 'c0', type: 'custom', custom: { name: 'f', input: '*** Begin Patch' } }],
  });
});

test('#80 a failed stream ends with the error, and with no mark of success', () => {
  const error = new ProxyError('upstream_invalid_response', 'gone');
  const { events, faults } = encodeChunks([start, textStart], {}, error);
  expect(faults).toEqual([]);
  expect(events.at(-1)).toMatchObject({ error: { message: expect.stringContaining('gone') as string } });
});

test('citations that Chat has no word for are reported once', () => {
  const lost: StreamPart = {
    type: 'annotation',
    block: 0,
    annotation: { kind: 'foreign', protocol: 'anthropic-messages', value: {} },
  };
  expect(encodeChunks([start, textStart, lost, lost, finish('stop')]).edits).toHaveLength(1);
});
