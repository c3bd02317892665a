/** Thousands of made-up texts against gpt-tokenizer: the second opinion on how `src/tokens` counts. */
import fc from 'fast-check';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { createTokenCounter } from '../../src/tokens/token-counter.ts';
import { createWorkerLine } from '../../src/tokens/worker-line.ts';

const line = createWorkerLine({ clock: systemClock });
const counter = createTokenCounter({ line, clock: systemClock });
afterAll(() => line.close());

const words = fc.constantFrom(
  ' ',
  '\n',
  '\r\n',
  '\t',
  "'s",
  "'LL",
  'HTTPServer',
  'café',
  '世界',
  '1234',
  '//',
  '. ',
  '👍🏽',
);
const text = fc
  .array(fc.oneof(words, fc.string({ unit: 'grapheme', maxLength: 20 })), { maxLength: 12 })
  // gpt-tokenizer takes a byte order mark for two tokens, the rank file for one.
  .map((pieces) => pieces.join('').replaceAll('\uFEFF', ''));

test.each([
  ['cl100k_base', cl100k],
  ['o200k_base', o200k],
] as const)('%s: any text has as many tokens', async (name, { encode }) => {
  await fc.assert(
    fc.asyncProperty(text, async (made) => {
      const view = Buffer.from(made).toString('latin1');
      expect(await counter.count(name, view)).toBe(encode(made, { disallowedSpecial: new Set() }).length);
    }),
    { numRuns: 3000 },
  );
});
