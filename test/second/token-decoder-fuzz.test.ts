/** Thousands of made-up token arrays against gpt-tokenizer: the second opinion on `src/tokens`. */
import fc from 'fast-check';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { createTokenDecoder } from '../../src/tokens/token-decoder.ts';

const decoder = createTokenDecoder({ clock: systemClock });
afterAll(() => decoder.close());

test.each([
  ['cl100k_base', cl100k],
  ['o200k_base', o200k],
] as const)('%s: any text comes back as it went in', async (name, { encode }) => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), async (text) => {
      expect(await decoder.decode(name, encode(text))).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['cl100k_base', cl100k, 100_255],
  ['o200k_base', o200k, 199_997],
] as const)('%s: any tokens are the text of the second opinion, or refused as no text', async (name, other, last) => {
  const newline = other.encode('\n');
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: last }), { maxLength: 20 }), async (tokens) => {
      // The second opinion writes U+FFFD where bytes are not UTF-8, but leaves half a character at the end out.
      const expected = other.decode([...tokens, ...newline]);
      const got = await decoder.decode(name, tokens).catch((error: { code: string }) => error.code);
      if (got === 'invalid_request') expect(expected).toContain('\uFFFD');
      else expect(`${got}\n`).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
