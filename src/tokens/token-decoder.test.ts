/** The decoder with its real worker and rank files, against gpt-tokenizer's own encode; and its life by a fake clock. */
import { Worker } from 'node:worker_threads';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, expect, test } from 'vitest';
import type { Clock } from '../base/clock.ts';
import { systemClock } from '../base/clock.ts';
import { createTokenDecoder } from './token-decoder.ts';
import { createWorkerLine } from './worker-line.ts';

const line = createWorkerLine({ clock: systemClock });
const decoder = createTokenDecoder(line);
afterAll(() => line.close());

const texts = [
  ['plain words', 'The quick brown fox jumps over the lazy dog.'],
  ['code', 'export const x = (y: number) => `${y ** 2}`;\n\t\t// done\r\n'],
  ['many writings', 'naïve — 你好，世界 — Привет — مرحبا — हिन्दी — 日本語'],
  ['emoji that join', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽'],
  ['nothing', ''],
  ['a byte order mark', '\uFEFFtext'],
  ['blanks', ' '.repeat(300)],
] as const;

test.each(texts)('cl100k_base gives back %s', async (_what, text) => {
  expect(await decoder.decode('cl100k_base', cl100k.encode(text))).toBe(text);
});

test.each(texts)('o200k_base gives back %s', async (_what, text) => {
  expect(await decoder.decode('o200k_base', o200k.encode(text))).toBe(text);
});

test('a special token decodes to its text', async () => {
  const tokens = [...cl100k.encode('one'), 100257, ...cl100k.encode('two')];
  expect(cl100k.decode(tokens)).toBe('one<|endoftext|>two');
  expect(await decoder.decode('cl100k_base', tokens)).toBe('one<|endoftext|>two');
});

test('a refusal names the field and leaves the decoder working', async () => {
  await expect(decoder.decode('cl100k_base', [1, 9_999_999])).rejects.toMatchObject({
    code: 'invalid_request',
    param: 'input',
  });
  await expect(decoder.decode('cl100k_base', cl100k.encode('👍').slice(0, 1))).rejects.toMatchObject({
    code: 'invalid_request',
  });
  expect(await decoder.decode('cl100k_base', cl100k.encode('still here'))).toBe('still here');
});

/** A worker that answers every job with its tokens joined, and a clock whose one timer the test fires. */
function watched(body = `parentPort.postMessage({ id: job.id, text: job.tokens.join('-') })`) {
  const workers: Worker[] = [];
  const timers = new Set<() => void>();
  const clock: Clock = {
    now: () => 0,
    monotonic: () => 0,
    after(_delayMs, callback) {
      timers.add(callback);
      return { cancel: () => timers.delete(callback) };
    },
  };
  const watchedLine = createWorkerLine({
    clock,
    startWorker() {
      const source = `const { parentPort } = require('node:worker_threads'); parentPort.on('message', (job) => { ${body} });`;
      const worker = new Worker(source, { eval: true });
      workers.push(worker);
      return worker;
    },
  });
  return { decoder: createTokenDecoder(watchedLine), line: watchedLine, workers, timers };
}

test('no worker before the first use, one for many, a fresh one after an idle stop', async () => {
  const { decoder, line, workers, timers } = watched();
  expect(workers).toHaveLength(0);
  expect(await Promise.all([decoder.decode('o200k_base', [1, 2]), decoder.decode('o200k_base', [3])])).toEqual([
    '1-2',
    '3',
  ]);
  expect(workers).toHaveLength(1);

  const exited = new Promise((resolve) => workers[0]?.once('exit', resolve));
  expect(timers.size).toBe(1);
  for (const fire of timers) fire();
  await exited;

  expect(await decoder.decode('o200k_base', [4])).toBe('4');
  expect(workers).toHaveLength(2);
  await line.close();
  expect(timers.size).toBe(0);
});

test('a worker that dies fails its jobs as our fault, and the next job gets another worker', async () => {
  const { decoder, line, workers } = watched(
    `if (job.tokens[0] === 0) throw new Error('out of memory'); parentPort.postMessage({ id: job.id, text: 'ok' })`,
  );
  await expect(decoder.decode('cl100k_base', [0])).rejects.toMatchObject({ code: 'internal_error' });
  expect(await decoder.decode('cl100k_base', [1])).toBe('ok');
  expect(workers).toHaveLength(2);
  await line.close();
});

test('closing fails what is under way and what comes later', async () => {
  const { decoder, line } = watched('');
  const [underWay] = await Promise.allSettled([decoder.decode('cl100k_base', [1]), line.close()]);
  expect(underWay).toMatchObject({ status: 'rejected', reason: { code: 'draining' } });
  await expect(decoder.decode('cl100k_base', [1])).rejects.toMatchObject({ code: 'draining' });
});
