/** No delta ends in the middle of a character, and no character is lost for it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdSurrogates } from './hold-surrogates.ts';

function play(literals: readonly string[]): string[] {
  const out: string[] = [];
  const push = holdSurrogates((part) => {
    if (part.type === 'delta') out.push(part.literal);
  });
  push({ type: 'block-start', block: 0, kind: 'text', phase: null });
  for (const literal of literals) push({ type: 'delta', block: 0, literal });
  push({ type: 'block-end', block: 0 });
  return out;
}

test('a pair whose halves came apart is joined', () => {
  expect(play([String.raw`"a\ud83d"`, String.raw`"\ude00b"`])).toEqual(['"a"', String.raw`"\ud83d\ude00b"`]);
});

test('a half without another becomes the replacement character', () => {
  expect(play([String.raw`"\uD83D"`])).toEqual([String.raw`"\ufffd"`]);
});

test('a backslash before a u is no escape', () => {
  expect(play([String.raw`"a\\ud83d"`])).toEqual([String.raw`"a\\ud83d"`]);
});

test('any text cut between its units is whole again', () => {
  const escapedUnits = (text: string) =>
    Array.from({ length: text.length }, (_, index) => `"\\u${text.charCodeAt(index).toString(16).padStart(4, '0')}"`);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const out = play(escapedUnits(text)).map((literal) => JSON.parse(literal) as string);
      expect(out.join('')).toBe(text);
      for (const piece of out) expect(piece.isWellFormed()).toBe(true);
    }),
  );
});
