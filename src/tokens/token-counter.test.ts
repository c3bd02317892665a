/** The counter with its real worker and rank files, against gpt-tokenizer's own count; and what it does without an answer. */
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { systemClock } from '../base/clock.ts';
import { createTokenCounter } from './token-counter.ts';
import { createWorkerLine } from './worker-line.ts';

const line = createWorkerLine({ clock: systemClock });
const counter = createTokenCounter({ line, clock: systemClock });
afterAll(() => line.close());

const view = (text: string) => Buffer.from(text).toString('latin1');

const texts = [
  ['plain words', 'The quick brown fox jumps over the lazy dog.'],
  ['short forms', "I'm sure they've said we'LL see; it's what you'd DON'T do. 'tis."],
  [
    'code',
    'export const x = (y: number) => `${y ** 2}`;\n\t\t// done\r\n\r\n   if (HTTPServer2) { return fooBarBaz[1234567]; }',
  ],
  ['many writings', 'naïve — 你好，世界 — Привет — مرحبا — हिन्दी — 日本語'],
  ['emoji that join', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽'],
  ['nothing', ''],
  ['blanks', `${' '.repeat(300)}x${'\n'.repeat(40)} \n  `],
  ['JSON', JSON.stringify({ a: [1, 2.5e-7, null], 'b c': { d: 'é\n"' } }, null, 2)],
  ['a special token as text', 'one <|endoftext|> two'],
] as const;

test.each(texts)('%s: as many as gpt-tokenizer', async (_what, text) => {
  const asText = { disallowedSpecial: new Set<string>() };
  expect(await counter.count('o200k_base', view(text))).toBe(o200k.encode(text, asText).length);
  expect(await counter.count('cl100k_base', view(text))).toBe(cl100k.encode(text, asText).length);
});

test('a byte order mark is the one token that the rank file says', async () => {
  expect(await counter.count('o200k_base', view('\uFEFFtext'))).toBe(2);
});

test('200 kB of one letter are counted, and the events of this thread go on meanwhile', async () => {
  const under = { way: true };
  let turns = 0;
  const counted = counter.count('o200k_base', 'a'.repeat(200_000)).finally(() => {
    under.way = false;
  });
  while (under.way) {
    turns += 1;
    await turn();
  }
  const tokens = await counted;
  const exact = o200k.encode('a'.repeat(2_048)).length;
  expect(Math.abs(tokens / ((exact * 200_000) / 2_048) - 1)).toBeLessThan(0.03);
  // A count on this thread would leave it one turn.
  expect(turns).toBeGreaterThan(10);
});

test('a text of 20 MB is counted by samples, near to the whole', async () => {
  const words = 'The quick brown fox jumps over the lazy dog.\n';
  const text = words.repeat(Math.ceil(20e6 / words.length));
  const whole = (text.length / words.length) * o200k.encode(words).length;
  expect(Math.abs((await counter.count('o200k_base', text)) / whole - 1)).toBeLessThan(0.01);
});

test.each([
  ['has too much to do', { ask: () => Promise.reject(new Error('asked')), waiting: 64 }],
  ['fails', { ask: () => Promise.reject(new Error('broken')), waiting: 0 }],
  ['has no tables', { ask: () => Promise.resolve({ fault: 'no file' }), waiting: 0 }],
])('a worker that %s leaves an estimate by bytes', async (_what, broken) => {
  const estimating = createTokenCounter({ line: broken, clock: createFakeClock() });
  expect(await estimating.count('o200k_base', 'x'.repeat(400))).toBe(100);
  expect(await estimating.count('o200k_base', 'x')).toBe(1);
});

test('a worker that does not answer in time leaves an estimate by bytes', async () => {
  const clock = createFakeClock();
  const counted = createTokenCounter({ line: { ask: () => new Promise(() => undefined), waiting: 0 }, clock }).count(
    'o200k_base',
    'x'.repeat(400),
  );
  clock.advance(5_000);
  expect(await counted).toBe(100);
});

test('a worker that ends without an error keeps nobody waiting, and the next count has a fresh one', async () => {
  const sources = [
    'process.exit(3)',
    `require('worker_threads').parentPort.on('message', ({ id }) =>
    require('worker_threads').parentPort.postMessage({ id, count: 7 }))`,
  ];
  const mortal = createWorkerLine({
    clock: systemClock,
    startWorker: () => new Worker(sources.shift() ?? '', { eval: true }),
  });
  // Its clock stands: no time-out answers in the worker's place.
  const estimating = createTokenCounter({ line: mortal, clock: createFakeClock() });
  expect(await estimating.count('o200k_base', 'x'.repeat(400))).toBe(100);
  expect(await estimating.count('o200k_base', 'x'.repeat(400))).toBe(7);
  await mortal.close();
});
