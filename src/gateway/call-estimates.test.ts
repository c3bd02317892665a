/** What is learned from the usage of calls, and what a session's next call would take. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleModel } from '../../test/support/sample-model.ts';
import { sampleUsage } from '../../test/support/sample-record.ts';
import type { ModelPrices } from '../canonical/model.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import { createEventBus } from '../observability/event-bus.ts';
import { createCallFigures } from '../tokens/call-figures.ts';
import { createCallEstimates, type AskedCall } from './call-estimates.ts';
import { figureOf } from './estimate-call.ts';
import { readRequestBody } from './request-body.ts';
import { createSessionMemory } from './session-memory.ts';

const minuteMs = 60_000;
const tier = { inputNanoAiu: 500, cacheReadNanoAiu: 50, cacheWriteNanoAiu: 625, outputNanoAiu: 2500 };
const prices: ModelPrices = { batchSize: 1, default: tier };
const claude = sampleModel('claude', { vendor: 'Anthropic', endpoints: ['/v1/messages'], prices });
const gpt = sampleModel('gpt', { vendor: 'OpenAI', endpoints: ['/responses'], prices });
const bodyLimits = { maxJsonDepth: 100, maxJsonKeysPerObject: 100 };

function rig() {
  const clock = createFakeClock();
  const events = createEventBus((thrown) => expect.fail(String(thrown)));
  const figures = createCallFigures(undefined, clock);
  const estimates = createCallEstimates(figures, events, clock);
  const notes = createSessionMemory({ clock, maxSessions: 10, ttlMs: 60 * minuteMs }).of('s');
  let serial = 0;
  /** One call of the session whose prompt has so many bytes of text. */
  function call(model: typeof claude, textBytes: number, usage: Partial<TokenUsage> | null, kind = 'agent') {
    const body = readRequestBody(
      Buffer.from(JSON.stringify({ model: model.id, messages: [{ role: 'user', content: 'x'.repeat(textBytes) }] })),
      bodyLimits,
    );
    const asked: AskedCall = {
      protocol: 'anthropic-messages',
      body,
      plan: {
        model,
        body: Buffer.from('"cache_control"'),
        headers: { 'x-interaction-type': kind },
        initiator: 'agent',
      },
      notes,
    };
    const id = `x${(serial += 1)}`;
    const forecast = estimates.begin(id, asked);
    const news = { id, at: clock.now() };
    if (usage !== null) events.publish({ ...news, type: 'usage', usage: { ...sampleUsage, ...usage } });
    return { forecast, bytes: body.bytes.length };
  }
  const of = (name: string) => figures.of(name);
  return { clock, estimates, notes, call, of };
}

const counted = (inputTokens: number, cacheReadTokens: number, cacheWriteTokens: number, outputTokens = 100) => ({
  inputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  outputTokens,
});

test('a prompt teaches how many tokens a byte makes, but for the smallest', () => {
  const { call, of } = rig();
  call(claude, 10, counted(50, 0, 0));
  expect(of(figureOf.rate(claude, 'anthropic-messages'))).toEqual([]);
  const { bytes } = call(claude, 10_000, counted(2500, 0, 0));
  expect(of(figureOf.rate(claude, 'anthropic-messages'))).toEqual([Number((2500 / bytes).toPrecision(4))]);
  expect(of(figureOf.output(claude, 'agent'))).toEqual([100, 100]);
});

test.each<[string, typeof claude, number, number, number[]]>([
  ['all that was marked', claude, 1, 9000, [1]],
  ['half of it', claude, 1, 4500, [0.5]],
  ['nothing of it', claude, 1, 0, [0]],
  ['more than that: no more than all', claude, 1, 12_000, [1]],
  ['too late to tell', claude, 5, 0, []],
  ['of a model that caches by itself, by the whole prompt before', gpt, 1, 5000, [0.5]],
])('what was found in a warm cache teaches its share: %s', (_what, model, minutes, read, shares) => {
  const { clock, call, of } = rig();
  call(model, 40_000, counted(1000, 0, 9000));
  clock.advance(minutes * minuteMs);
  call(model, 44_000, counted(11_000 - read, read, 0));
  expect(of(figureOf.share(model))).toEqual(shares);
});

test('a usage without tokens, and one that comes after the end, teach nothing', () => {
  const { call, of, notes, estimates } = rig();
  call(claude, 10_000, { inputTokens: null, cacheReadTokens: null, cacheWriteTokens: null });
  call(claude, 10_000, { inputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 });
  call(claude, 10_000, null);
  expect(of(figureOf.output(claude, 'agent'))).toEqual([]);
  expect(notes.calls).toEqual([]);
  expect(estimates.next(notes)).toBeUndefined();
  expect(estimates.next(undefined)).toBeUndefined();
});

test('the next call of a session reads what was cached while that is warm, and pays for all of it when it is cold', () => {
  const { clock, call, estimates, notes } = rig();
  call(claude, 40_000, counted(1000, 0, 9000, 200));
  clock.advance(2 * minuteMs);
  expect(estimates.next(notes)).toEqual({
    idleMs: 2 * minuteMs,
    ttlMs: 5 * minuteMs,
    // 9,000 read, 1,000 written, 200 out; else 10,000 written.
    warmNanoAiu: 9000 * 50 + 1000 * 625 + 200 * 2500,
    coldNanoAiu: 10_000 * 625 + 200 * 2500,
  });
});

test('a model without prices has no next cost', () => {
  const { call, estimates, notes } = rig();
  call(sampleModel('free', { vendor: 'Anthropic' }), 40_000, counted(1000, 0, 9000));
  expect(notes.calls).toHaveLength(1);
  expect(estimates.next(notes)).toBeUndefined();
});

test('a call that goes on takes the place of the one before, and its outputs are those of its kind', () => {
  const { call, notes } = rig();
  call(claude, 40_000, counted(10_000, 0, 0, 10));
  call(claude, 41_000, counted(10_300, 0, 0, 20));
  expect(notes.calls.map(({ outputs }) => outputs)).toEqual([[10, 20]]);
  call(claude, 41_500, counted(10_400, 0, 0, 30), 'title');
  expect(notes.calls.map(({ kind, outputs }) => [kind, outputs])).toEqual([['title', [30]]]);
});
