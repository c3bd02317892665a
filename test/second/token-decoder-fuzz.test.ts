/** Thousands of made-up token arrays against gpt-tokenizer and its own tables: the second opinion on `src/tokens`. */
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import cl100kPieces from 'gpt-tokenizer/bpeRanks/cl100k_base';
import o200kPieces from 'gpt-tokenizer/bpeRanks/o200k_base';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { createTokenDecoder } from '../../src/tokens/token-decoder.ts';
import { createWorkerLine } from '../../src/tokens/worker-line.ts';

const line = createWorkerLine({ clock: systemClock });
const decoder = createTokenDecoder(line);
afterAll(() => line.close());

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
  ['cl100k_base', cl100kPieces],
  ['o200k_base', o200kPieces],
] as const)('%s: any tokens are their bytes as text, or refused where those are not UTF-8', async (name, pieces) => {
  const token = fc.integer({ min: 0, max: pieces.length - 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(token, { maxLength: 12 }), async (tokens) => {
      const bytes = Buffer.concat(tokens.map((id) => bytesOf(pieces[id])));
      const got = decoder.decode(name, tokens);
      if (isUtf8(bytes)) expect(await got).toBe(bytes.toString());
      else await expect(got).rejects.toMatchObject({ code: 'invalid_request' });
    }),
    { numRuns: 2000 },
  );
});

function bytesOf(piece: string | readonly number[] | undefined): Uint8Array {
  return piece === undefined || typeof piece === 'string' ? Buffer.from(piece ?? '') : Uint8Array.from(piece);
}
