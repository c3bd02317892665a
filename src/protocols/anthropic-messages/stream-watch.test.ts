import { expect, test } from 'vitest';
import { watchStream } from '../../../test/support/watch-stream.ts';
import { createMessagesCollector } from './collect-stream.ts';
import { createMessagesWatch } from './stream-watch.ts';

const event = (type: string, body: object = {}) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
const start = event('message_start', {
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [],
    stop_reason: null,
    usage: { input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 1 },
  },
});
const text =
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'hi' } });
const tool =
  event('content_block_start', { index: 0, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } }) +
  event('content_block_delta', { index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } });
const stop = event('content_block_stop', { index: 0 });
const delta = event('message_delta', {
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 5 },
  copilot_usage: { total_nano_aiu: 3 },
});
const end = event('message_stop');

test('a good stream goes down byte for byte, and its usage is counted once', () => {
  const watch = createMessagesWatch();
  const stream = start + event('ping') + text + stop + delta + end;
  expect(watchStream(watch, stream).text).toBe(stream);
  expect(watch.standing.usage).toEqual({
    inputTokens: 9,
    cacheReadTokens: 4,
    cacheWriteTokens: null,
    outputTokens: 5,
    reasoningTokens: null,
    costNanoAiu: 3,
  });
});

test.each<[string, string, string]>([
  ['message_stop is missing', start + text + stop + delta, end],
  ['message_delta is missing', start + text + stop + end, 'event: message_delta'],
  ['the block was left open', start + text + delta, 'event: content_block_stop'],
  ["the end is told by the event's name alone", `${start + text + stop + delta}event: message_stop\ndata: {}\n\n`, end],
])('an ending is completed where %s', (_name, stream, added) => {
  const watch = createMessagesWatch();
  const { text: out } = watchStream(watch, stream);
  expect(out).toContain(added);
  expect(out.match(/event: message_stop/g)).toHaveLength(1);
  expect(out.match(/event: content_block_stop/g)).toHaveLength(1);
  expect(out.match(/event: message_delta/g)).toHaveLength(1);
});

test.each<[string, string]>([
  ['no stop reason', start + text + stop],
  ['an open tool call', start + tool + delta],
  ['nothing but the start', start],
])('with %s nothing is completed', (_name, stream) => {
  const watch = createMessagesWatch();
  expect(watchStream(watch, stream).text).not.toContain('message_stop');
});

test('message_stop inside a tool call is a fault', () => {
  expect(watchStream(createMessagesWatch(), start + tool + end).fault).toBe('broken');
});

test("a stray [DONE] of the other dialect doesn't go down", () => {
  expect(watchStream(createMessagesWatch(), `${start}${text}${stop}${delta}data: [DONE]\n\n${end}`).text).not.toContain(
    'DONE',
  );
});

function collected(stream: string): string | null {
  const collector = createMessagesCollector();
  for (const line of stream.split('\n')) if (line.startsWith('data: ')) collector.push(JSON.parse(line.slice(6)));
  return collector.answer();
}

test('a stream folds into the message with thinking, signature, citations and tool input', () => {
  const blocks =
    event('content_block_start', { index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } }) +
    event('content_block_delta', { index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } }) +
    event('content_block_delta', { index: 0, delta: { type: 'signature_delta', signature: 'sig' } }) +
    stop +
    event('content_block_start', { index: 1, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } }) +
    event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '{"a":' } }) +
    event('content_block_delta', { index: 1, delta: { type: 'input_json_delta', partial_json: '1}' } }) +
    event('content_block_stop', { index: 1 });
  expect(JSON.parse(collected(start + blocks + delta + end) ?? '')).toEqual({
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'm',
    content: [
      { type: 'thinking', thinking: 'hm', signature: 'sig' },
      { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } },
    ],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 9, cache_read_input_tokens: 4, output_tokens: 5 },
    copilot_usage: { total_nano_aiu: 3 },
  });
});

test('tool input that is not JSON never becomes an answer', () => {
  expect(collected(start + tool + stop + delta + end)).toBe(null);
});
