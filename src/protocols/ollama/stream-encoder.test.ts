/** Answers in Ollama's lines: each kind of block, each ending, and what has no place there. */
import type { ChatResponse, GenerateResponse } from 'ollama';
import { expect, test } from 'vitest';
import { encodeLines } from '../../../test/support/ollama-lines.ts';
import type { FinishReason } from '../../canonical/finish-reason.ts';
import type { BlockStart, StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

const start: StreamPart = { type: 'start', usage: null };
const open = (block: number, kind: 'text' | 'reasoning' | 'refusal'): BlockStart =>
  kind === 'text' ? { type: 'block-start', block, kind, phase: null } : { type: 'block-start', block, kind };
const openCall = (block: number, name = 'f'): BlockStart => ({
  type: 'block-start',
  block,
  kind: 'tool-call',
  callId: `c${block}`,
  name,
  namespace: null,
  form: 'function',
});
const delta = (block: number, text: string): StreamPart => ({ type: 'delta', block, literal: JSON.stringify(text) });
const close = (block: number): StreamPart => ({ type: 'block-end', block });
const finish = (reason: FinishReason = 'stop', explanation: string | null = null): StreamPart => ({
  type: 'finish',
  reason,
  stopSequence: null,
  explanation,
});
const usage: TokenUsage = {
  inputTokens: 10,
  cacheReadTokens: 4,
  cacheWriteTokens: 2,
  outputTokens: 7,
  reasoningTokens: 3,
  costNanoAiu: 55,
};
const counts = {
  total_duration: 2_000_000_000,
  load_duration: 0,
  prompt_eval_count: 16,
  prompt_eval_duration: 0,
  eval_count: 7,
  eval_duration: 0,
};
const base = { model: 'asked', created_at: '1970-01-01T00:00:07Z' };
type Wire<T extends { created_at: Date }> = Omit<T, 'created_at'> & { created_at: string };

test("chat: thoughts, text and the counts of the end, as the vendor's type has them", () => {
  const { lines, text, faults, whole } = encodeLines('chat', [
    start,
    open(0, 'reasoning'),
    delta(0, 'why'),
    close(0),
    open(1, 'text'),
    { type: 'delta', block: 1, literal: '"K\\u00f6ln "' },
    { type: 'delta', block: 1, literal: Buffer.from('"🦀"').toString('latin1') },
    { type: 'delta', block: 1, literal: '""' },
    close(1),
    { type: 'usage', usage },
    finish(),
  ]);
  expect(faults).toEqual([]);
  expect(
    text
      .split('\n\n')
      .slice(0, -1)
      .every((frame) => /^data: \{[^\n]*\}$/.test(frame)),
  ).toBe(true);
  const say = (message: object) => ({ ...base, message: { role: 'assistant', content: '', ...message } });
  const last = {
    ...base,
    message: { role: 'assistant', content: '' },
    done: true,
    done_reason: 'stop',
    ...counts,
  } satisfies Wire<ChatResponse>;
  expect(lines).toEqual([
    { ...say({ thinking: 'why' }), done: false },
    { ...say({ content: 'Köln ' }), done: false },
    { ...say({ content: '🦀' }), done: false },
    { ...last, copilot_usage: { total_nano_aiu: 55 } },
  ]);
  expect(whole).toEqual({
    ...last,
    message: { role: 'assistant', content: 'Köln 🦀', thinking: 'why' },
    copilot_usage: { total_nano_aiu: 55 },
  });
});

test('generate: the same in response and thinking', () => {
  const { lines, faults, whole } = encodeLines('generate', [
    start,
    open(0, 'reasoning'),
    delta(0, 'why'),
    close(0),
    open(1, 'text'),
    delta(1, 'so'),
    close(1),
    { type: 'usage', usage: { ...usage, costNanoAiu: null } },
    finish('length'),
  ]);
  expect(faults).toEqual([]);
  const last = { ...base, response: '', done: true, done_reason: 'length', ...counts };
  last satisfies Omit<Wire<GenerateResponse>, 'context'>;
  expect(lines).toEqual([
    { ...base, response: '', thinking: 'why', done: false },
    { ...base, response: 'so', done: false },
    last,
  ]);
  expect(whole).toEqual({ ...last, response: 'so', thinking: 'why' });
});

test('calls are whole and in their order, whatever way they came: arguments an object, ids and places told', () => {
  const { lines, faults, whole } = encodeLines('chat', [
    start,
    openCall(0),
    openCall(1, 'g'),
    delta(0, '{"city":'),
    delta(1, ''),
    { type: 'delta', block: 0, literal: '"\\"K\\u00f6ln\\",\\n \\"n\\":1}"' },
    close(1),
    close(0),
    finish('tool-calls'),
  ]);
  expect(faults).toEqual([]);
  // A client that runs them as they stand would else run the second first: it was whole before the first.
  const calls = [
    { id: 'c0', function: { index: 0, name: 'f', arguments: { city: 'Köln', n: 1 } } },
    { id: 'c1', function: { index: 1, name: 'g', arguments: {} } },
  ];
  expect(lines.slice(0, 2).map(({ message }) => message.tool_calls)).toEqual(calls.map((one) => [one]));
  expect(lines.at(-1)).toMatchObject({ done: true, done_reason: 'stop' });
  expect(whole.message).toEqual({ role: 'assistant', content: '', tool_calls: calls });
});

test('integers of arguments keep the digits that a double has no room for', () => {
  const parts = [start, openCall(0), delta(0, '{"n":12345678901234567890}'), close(0), finish('tool-calls')];
  expect(encodeLines('chat', parts).text).toContain('"arguments":{"n":12345678901234567890}');
});

test.each([
  ['broken', '{"a":'],
  ['a list', '[1]'],
  ['a text', '"a"'],
])('arguments that are %s are an error, never an empty object', (_what, input) => {
  const parts = [start, openCall(0), delta(0, input), close(0), finish('tool-calls')];
  expect(() => encodeLines('chat', parts)).toThrow(expect.objectContaining({ code: 'upstream_invalid_response' }));
});

test('a call that the limit cut is left out, and that is said', () => {
  const { lines, edits, faults } = encodeLines('chat', [start, openCall(0), delta(0, '{"a":'), finish('length')]);
  expect(faults).toEqual([]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ done: true, done_reason: 'length' });
  expect(edits).toMatchObject([{ rule: 'not-carried' }]);
});

test('a whole call whose end never came ends with the answer', () => {
  const { lines } = encodeLines('chat', [start, openCall(0), delta(0, '{"a":1}'), finish('tool-calls')]);
  expect(lines[0].message.tool_calls[0].function.arguments).toEqual({ a: 1 });
});

test.each<[FinishReason, 'stop' | 'length', boolean]>([
  ['stop', 'stop', false],
  ['length', 'length', false],
  ['tool-calls', 'stop', false],
  ['stop-sequence', 'stop', false],
  ['refusal', 'stop', true],
  ['content-filter', 'stop', true],
  ['context-window', 'length', true],
  ['pause', 'stop', true],
])('tells %s as %s', (reason, told, isReported) => {
  const { lines, edits, faults } = encodeLines('generate', [start, finish(reason)]);
  expect(faults).toEqual([]);
  expect(lines.at(-1)).toMatchObject({ done: true, done_reason: told, eval_count: 0 });
  expect(edits.map(({ rule }) => rule)).toEqual(isReported ? ['approximated'] : []);
});

test('a refusal is what the model said; why one without words was refused stands in their place', () => {
  const said = encodeLines('chat', [start, open(0, 'refusal'), delta(0, 'No.'), close(0), finish('refusal', 'policy')]);
  expect(said.whole.message.content).toBe('No.');
  expect(said.edits.map(({ rule }) => rule)).toEqual(['not-carried', 'approximated']);
  const silent = encodeLines('chat', [start, finish('content-filter', 'Filtered: "x".')]);
  expect(silent.whole.message.content).toBe('Filtered: "x".');
});

test('thoughts are shown unless think was false', () => {
  const parts = [start, open(0, 'reasoning'), delta(0, 'why'), close(0), open(1, 'text'), delta(1, 'a'), finish()];
  const asked = (show: boolean | null) => ({ effort: null, budgetTokens: null, mode: null, show });
  const thoughtsOf = (show: boolean | null) =>
    encodeLines('chat', parts, { reasoning: asked(show) }).whole.message.thinking;
  expect(thoughtsOf(true)).toBe('why');
  expect(thoughtsOf(null)).toBe('why');
  expect(thoughtsOf(false)).toBeUndefined();
  expect(encodeLines('generate', parts).whole.thinking).toBe('why');
});

test('seals and citations have no place, and that is said once each', () => {
  const seal: StreamPart = { type: 'seal', block: 0, sealed: { kind: 'signature', blob: 'b', id: null } };
  const annotation: StreamPart = {
    type: 'annotation',
    block: 1,
    annotation: { kind: 'url', url: 'https://a.example', title: null, citedText: null, start: null, end: null },
  };
  const parts = [start, open(0, 'reasoning'), seal, close(0), open(1, 'text'), annotation, annotation, finish()];
  const { edits, text } = encodeLines('chat', parts);
  expect(edits.map(({ rule }) => rule)).toEqual(['not-carried', 'not-carried']);
  expect(text).not.toContain('sealed');
});

test('log probabilities stand beside an empty text', () => {
  const top = [{ token: 'b', logprob: -2, bytes: null }];
  const tokens = [{ token: 'a', logprob: -0.5, bytes: [97], top }];
  const parts: StreamPart[] = [start, open(0, 'text'), delta(0, 'a'), { type: 'logprobs', block: 0, tokens }, finish()];
  const { lines, faults, whole } = encodeLines('chat', parts);
  expect(faults).toEqual([]);
  const told = [{ token: 'a', logprob: -0.5, bytes: [97], top_logprobs: [{ token: 'b', logprob: -2 }] }];
  expect(lines[1]).toMatchObject({ logprobs: told, done: false });
  expect(whole.logprobs).toMatchObject(told);
});

test('a call has no place in generate', () => {
  const { edits, faults, whole } = encodeLines('generate', [start, openCall(0), delta(0, '{}'), close(0), finish()]);
  expect(faults).toEqual([]);
  expect(whole.response).toBe('');
  expect(edits).toMatchObject([{ rule: 'not-carried' }]);
});

test('a failed answer ends with an error and nothing behind it', () => {
  const error = new ProxyError('upstream_truncated', 'It broke off in Köln.');
  const { lines, faults, whole } = encodeLines('chat', [start, open(0, 'text'), delta(0, 'a')], {}, error);
  expect(faults).toEqual([]);
  expect(lines.at(-1)).toEqual({ error: expect.stringContaining('It broke off in Köln.') });
  expect(whole).toBeNull();
});

test('nothing is written behind the end', () => {
  const { lines } = encodeLines(
    'chat',
    [start, finish(), open(0, 'text'), delta(0, 'late')],
    {},
    new ProxyError('upstream_error', 'late'),
  );
  expect(lines).toHaveLength(1);
});
