import { expect, test } from 'vitest';
import { createMessagesCollector } from './collect-stream.ts';

const start = { type: 'message_start', message: { content: [], usage: { input_tokens: 1 } } };
const toolUse = { type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', input: {} } };
const input = { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":1}' } };
const stop = { type: 'content_block_stop', index: 0 };
const ending = [{ type: 'message_delta', delta: { stop_reason: 'tool_use' } }, { type: 'message_stop' }];

function collect(...events: object[]) {
  const collector = createMessagesCollector();
  for (const event of events) collector.push(event);
  return JSON.parse(collector.answer() ?? 'null') as unknown;
}

test('a whole call has its input', () => {
  expect(collect(start, toolUse, input, stop, ...ending)).toMatchObject({ content: [{ id: 't', input: { a: 1 } }] });
});

test('a call that was never closed is no call without arguments', () => {
  expect(collect(start, toolUse, input, ...ending)).toBeNull();
});
