import fc from 'fast-check';
import { expect, test } from 'vitest';
import { watchStream } from '../../../test/support/watch-stream.ts';
import { createChatCollector } from './collect-stream.ts';
import { createPatchedChatWatch } from './patched-stream-watch.ts';
import { createChatWatch } from './stream-watch.ts';

const chunk = (choices: unknown, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 7, model: 'm', choices, ...more })}\n\n`;
const usage = { prompt_tokens: 9, prompt_tokens_details: { cached_tokens: 4 }, completion_tokens: 5, total_tokens: 14 };

/** Texts that hold what the watch looks for, as text. */
const traps = fc.constantFrom(
  '"finish_reason":"stop"',
  'usage"',
  '"error":{"message":"x"}',
  '[DONE]',
  'data: [DONE]',
  '\n\n',
  'ü😀',
  '\u2028',
  'tool_calls"',
);
const text = fc.oneof(traps, fc.string({ unit: 'grapheme' }));
const finishes = fc.constantFrom('stop', 'length', 'content_filter');

const streams = fc
  .record({ texts: fc.array(text, { minLength: 1 }), finish: finishes, usageOnFinish: fc.boolean() })
  .map(({ texts, finish, usageOnFinish }) => {
    const deltas = texts.map((content) =>
      chunk([{ index: 0, delta: { content }, finish_reason: null }], { usage: null }),
    );
    const end = chunk([{ index: 0, delta: {}, finish_reason: finish }], usageOnFinish ? { usage } : {});
    return {
      finish,
      content: texts.join(''),
      stream: deltas.join('') + end + (usageOnFinish ? '' : chunk([], { usage })) + 'data: [DONE]\n\n',
    };
  });

test('raw is raw, however it is cut and whatever the text says; usage and finish are seen', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat(5000), { maxLength: 6 }), ({ stream }, cuts) => {
      const watch = createChatWatch();
      const length = Buffer.byteLength(stream);
      const edges = cuts.filter((cut) => cut < length).sort((a, b) => a - b);
      expect(watchStream(watch, stream, edges)).toMatchObject({ text: stream, fault: undefined });
      expect(watch.standing.ended).toBe(true);
      expect(watch.standing.usage).toMatchObject({ inputTokens: 5, cacheReadTokens: 4, outputTokens: 5 });
    }),
  );
});

test('a stream cut short anywhere before its finish is never completed, on either lane', () => {
  const patched = { withholdUsage: true, mergeChoices: true, singleChoice: true, mintToolCallId: String };
  fc.assert(
    fc.property(streams, fc.double({ min: 0, max: 1, noNaN: true }), ({ stream }, share) => {
      const finishAt = stream.lastIndexOf(
        'data: {"id":"c1","object":"chat.completion.chunk","created":7,"model":"m","choices":[{"index":0,"delta":{}',
      );
      const part = Buffer.from(stream.slice(0, finishAt)).subarray(
        0,
        Math.floor(Buffer.byteLength(stream.slice(0, finishAt)) * share),
      );
      for (const watch of [createChatWatch(), createPatchedChatWatch(patched)]) {
        watchStream(watch, part.toString());
        expect(watch.standing.ended).toBe(false);
        expect(watch.completion()).toBe(null);
      }
    }),
  );
});

test('a stream folded is the completion', () => {
  fc.assert(
    fc.property(streams, ({ stream, content, finish }) => {
      const collector = createChatCollector(String);
      for (const line of stream.split('\n')) {
        if (line.startsWith('data: ')) collector.push(line === 'data: [DONE]' ? '[DONE]' : JSON.parse(line.slice(6)));
      }
      expect(JSON.parse(collector.answer() ?? '')).toEqual({
        id: 'c1',
        object: 'chat.completion',
        created: 7,
        model: 'm',
        choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: finish, logprobs: null }],
        usage,
      });
    }),
  );
});

test('tool calls fold by index, and an unfinished one is no answer', () => {
  const call = (body: object) => ({ choices: [{ index: 0, delta: { tool_calls: [body] } }] });
  const parts = [
    call({ index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{"x"' } }),
    call({ index: 0, function: { arguments: ':1}' } }),
  ];
  const unfinished = createChatCollector(String);
  for (const part of [...parts, '[DONE]']) unfinished.push(part);
  expect(unfinished.answer()).toBe(null);
  const finished = createChatCollector(String);
  for (const part of [...parts, { choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }, '[DONE]'])
    finished.push(part);
  expect(JSON.parse(finished.answer() ?? '').choices[0]).toMatchObject({
    finish_reason: 'tool_calls',
    message: {
      content: null,
      tool_calls: [{ id: 'a', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }],
    },
  });
});
