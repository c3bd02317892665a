/** What usage teaches: factors where somebody may ask for a count, and the session's prompts of two-tier models. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { createEventBus } from '../observability/event-bus.ts';
import { createPromptLessons } from './prompt-lessons.ts';
import type { RequestBody } from './request-body.ts';
import type { SessionNotes } from './session-memory.ts';

const tier = { inputNanoAiu: 1, outputNanoAiu: 1, cacheReadNanoAiu: 1, cacheWriteNanoAiu: 1 };
const prices = { batchSize: 1, default: tier, long: tier, longAboveTokens: 100_000 };
const gpt = sampleModel('gpt', { vendor: 'OpenAI', endpoints: ['/responses'], prices });
const claude = sampleModel('claude', { endpoints: ['/v1/messages'] });

function rig(isUsed = false) {
  const counted: string[] = [];
  const learned: (readonly [string, number, number])[] = [];
  const events = createEventBus((thrown) => {
    throw thrown;
  });
  const counter = {
    count: (_tokenizer: string, text: string) => {
      counted.push(text);
      return Promise.resolve(100);
    },
    hasRoom: true,
  };
  const factors = {
    of: () => 1,
    wants: () => true,
    learn: (...lesson: readonly [string, number, number]) => void learned.push(lesson),
  };
  const notes: SessionNotes = {
    prunedTools: undefined,
    prompts: [],
    calls: [],
    imagePlaceholders: new Set(),
    withoutThinking: new Set(),
  };
  const lessons = createPromptLessons({ counter, factors }, events, () => isUsed);
  const send = (
    model: typeof gpt,
    content: unknown = 'hello',
    protocol: 'anthropic-messages' | 'openai-chat' = 'anthropic-messages',
  ) => {
    const view = { messages: [{ role: 'user', content }] };
    const text = JSON.stringify(view);
    const body: RequestBody = { bytes: Buffer.from(text), text, view, hadByteOrderMark: false, repeatedKeys: [] };
    lessons.sent('e', { protocol, body, plan: { model, prunedTools: undefined }, notes });
  };
  const report = async (inputTokens: number | null, cacheReadTokens: number | null = null) => {
    const unknown = { cacheWriteTokens: null, outputTokens: null, reasoningTokens: null, costNanoAiu: null };
    events.publish({ type: 'usage', id: 'e', at: 0, usage: { inputTokens, cacheReadTokens, ...unknown } });
    await turn();
  };
  return { events, counted, learned, notes, send, report };
}

test('a factor is learned of the whole prompt, cached or not', async () => {
  const { send, report, learned } = rig();
  send(gpt);
  await report(50, 70);
  expect(learned).toEqual([['gpt', 104, 120]]);
});

test("a session's prompt of a two-tier model is noted, with its bytes, once it is large", async () => {
  const { send, report, notes } = rig();
  send(gpt);
  await report(50, 70);
  expect(notes.prompts).toEqual([]);
  send(gpt, 'x'.repeat(100_000));
  await report(50_000, 70);
  expect(notes.prompts).toEqual([{ modelId: 'gpt', turns: expect.any(Array), bytes: 100_004, tokens: 50_070 }]);
});

test.each([
  ['a model that the upstream counts, while nobody asks', claude, 'hello', 'anthropic-messages', false],
  ['a caller whose protocol has no counts', gpt, 'hello', 'openai-chat', true],
  [
    'an image',
    gpt,
    [{ type: 'image', source: { type: 'url', url: 'https://a.test/b.png' } }],
    'anthropic-messages',
    true,
  ],
] as const)('nothing is counted of %s', async (_what, model, content, protocol, isUsed) => {
  const { send, report, counted, learned } = rig(isUsed);
  send(model, content, protocol);
  await report(50);
  expect([counted, learned]).toEqual([[], []]);
});

test('of a model that the upstream counts it is learned once somebody asked for a count', async () => {
  const { send, report, learned } = rig(true);
  send(claude);
  await report(50);
  expect(learned).toEqual([['claude', 104, 50]]);
});

test.each([
  ['an upstream that does not say', null],
  ['none at all', 0],
])('usage of %s teaches nothing', async (_what, tokens) => {
  const { send, report, learned, notes } = rig();
  send(gpt);
  await report(tokens);
  expect([learned, notes.prompts]).toEqual([[], []]);
});

test('an exchange that ended is forgotten', async () => {
  const { send, report, learned, events } = rig();
  send(gpt);
  events.publish({
    type: 'ended',
    id: 'e',
    at: 0,
    outcome: 'canceled',
    status: 0,
    error: null,
    durationMs: 1,
    responseBytes: 0,
    heartbeats: 0,
    synthesizedEnding: false,
  });
  await report(50);
  expect(learned).toEqual([]);
});
