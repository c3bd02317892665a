/** The grammar tells what is wrong with a Messages stream, and where. */
import { expect, test } from 'vitest';
import { createMessagesGrammar } from './grammar.ts';

const messageStart = { type: 'message_start', message: { content: [] } };

test.each<[string, readonly object[], string]>([
  [
    'a block within a block',
    [
      messageStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'text' } },
      { type: 'content_block_start', index: 1, content_block: { type: 'text' } },
    ],
    'a block opens within another one',
  ],
  ['no end', [messageStart], 'the stream has no end'],
  [
    'a call that nobody is told to make',
    [
      messageStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use' } },
      { type: 'content_block_stop', index: 0 },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' } },
      { type: 'message_stop' },
    ],
    'stop_reason end_turn behind a call',
  ],
  [
    'text in a call',
    [
      messageStart,
      { type: 'content_block_start', index: 0, content_block: { type: 'tool_use' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta' } },
      { type: 'error', error: {} },
    ],
    'text_delta in a block of tool_use',
  ],
])('the grammar finds %s', (_name, events, fault) => {
  const grammar = createMessagesGrammar();
  expect([...events.map((event) => grammar.push(event)), grammar.end()].find((one) => one !== null)).toBe(fault);
});
