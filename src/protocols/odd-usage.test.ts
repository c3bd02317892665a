/** Counts and bills as no page describes them: where else they stand, and figures that cannot be counts. */
import { expect, test } from 'vitest';
import { watchStream } from '../../test/support/watch-stream.ts';
import { messagesUsage, startUsage } from './anthropic-messages/usage.ts';
import { createMessagesWatch } from './anthropic-messages/stream-watch.ts';
import { chatUsage } from './openai-chat/usage.ts';
import { responsesUsage } from './openai-responses/usage.ts';

const bill = { total_nano_aiu: 42 };

test.each([
  ['Chat', chatUsage({ usage: { prompt_tokens: 1, copilot_usage: bill } })],
  ['Responses', responsesUsage({ usage: { input_tokens: 1, copilot_usage: bill } }, undefined)],
  ['Messages', messagesUsage({ input_tokens: 1, copilot_usage: bill }, undefined, null)],
])('%s: a bill within the usage is read', (_name, usage) => {
  expect(usage).toMatchObject({ inputTokens: 1, costNanoAiu: 42 });
});

test.each([
  [
    'Chat',
    chatUsage({ usage: { prompt_tokens: -7, completion_tokens: 1e300 }, copilot_usage: { total_nano_aiu: -1 } }),
  ],
  ['Responses', responsesUsage({ usage: { input_tokens: -7, output_tokens: 2 ** 60 } }, { total_nano_aiu: 2 ** 60 })],
  ['Messages', messagesUsage({ input_tokens: -7, output_tokens: Infinity }, { total_nano_aiu: -0.6 }, null)],
])('%s: what cannot be a count is not said, and no budget is given back by it', (_name, usage) => {
  expect(usage).toMatchObject({ inputTokens: null, outputTokens: null, costNanoAiu: null });
});

test('more cached tokens than there is prompt leave no input, never less', () => {
  const counts = { prompt_tokens: 5, prompt_tokens_details: { cached_tokens: 9 } };
  expect(chatUsage({ usage: counts })).toMatchObject({ inputTokens: 0, cacheReadTokens: 9 });
});

test('the output that Messages names with its first event is no count yet', () => {
  const started = startUsage({ message: { usage: { input_tokens: 9, output_tokens: 1 } } }, null);
  expect(started).toMatchObject({ inputTokens: 9, outputTokens: null });
  expect(messagesUsage({ output_tokens: 5 }, undefined, started)).toMatchObject({ inputTokens: 9, outputTokens: 5 });
});

test('a bill on the last event of Messages is read', () => {
  const event = (type: string, body: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...body })}\n\n`;
  const watch = createMessagesWatch();
  watchStream(
    watch,
    event('message_start', { message: { usage: { input_tokens: 9, output_tokens: 1 } } }) +
      event('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 5 } }) +
      event('message_stop', { copilot_usage: bill }),
  );
  expect(watch.standing.usage).toMatchObject({ inputTokens: 9, outputTokens: 5, costNanoAiu: 42 });
});
