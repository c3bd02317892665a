/** An emulated stop ends an answer exactly where the vendor's own would, however the text arrives. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { StreamPart } from '../canonical/stream-part.ts';
import { stopAtSequences } from './stop-sequences.ts';

function play(pieces: readonly string[], stops: readonly string[]) {
  const parts: StreamPart[] = [];
  let cuts = 0;
  const push = stopAtSequences(
    (part) => parts.push(part),
    stops,
    () => (cuts += 1),
  );
  push({ type: 'block-start', block: 0, kind: 'text', phase: null });
  for (const piece of pieces) push({ type: 'delta', block: 0, literal: JSON.stringify(piece) });
  push({ type: 'block-end', block: 0 });
  push({ type: 'finish', reason: 'stop', stopSequence: null, explanation: null });
  const text = parts.map((part) => (part.type === 'delta' ? (JSON.parse(part.literal) as string) : '')).join('');
  const finishes = parts.filter((part) => part.type === 'finish');
  return { parts, text, cuts, finish: finishes[0], finishes: finishes.length };
}

const alphabet = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '"') });

test('the text before the first stop sequence, and which one it was', () => {
  fc.assert(
    fc.property(
      fc.array(alphabet, { maxLength: 8 }),
      fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 1, maxLength: 4 }), {
        minLength: 1,
        maxLength: 3,
      }),
      (pieces, stops) => {
        const whole = pieces.join('');
        const found = stops
          .map((stop) => ({ stop, at: whole.indexOf(stop) }))
          .filter(({ at }) => at >= 0)
          .sort((one, other) => one.at - other.at)[0];
        const { text, finish, cuts, finishes, parts } = play(pieces, stops);
        expect(finishes).toBe(1);
        expect(parts.filter((part) => part.type === 'block-end')).toHaveLength(1);
        if (!found) {
          expect(text).toBe(whole);
          expect(finish).toMatchObject({ reason: 'stop', stopSequence: null });
          expect(cuts).toBe(0);
          return;
        }
        // Two may end at the same piece: the one that begins first counts, of two at one place the one that is whole first.
        expect(whole.startsWith(text)).toBe(true);
        expect(stops).toContain(finish?.stopSequence);
        expect(whole.slice(text.length)).toMatch(new RegExp(`^${finish?.stopSequence?.replaceAll('\n', '\\n')}`));
        expect(text.length).toBeGreaterThanOrEqual(found.at);
        expect(cuts).toBe(1);
      },
    ),
    { numRuns: 2000 },
  );
});

test('reasoning and calls are not looked at', () => {
  const parts: StreamPart[] = [];
  const push = stopAtSequences(
    (part) => parts.push(part),
    ['END'],
    () => undefined,
  );
  push({ type: 'block-start', block: 0, kind: 'reasoning' });
  push({ type: 'delta', block: 0, literal: '"END"' });
  push({ type: 'block-end', block: 0 });
  expect(parts).toHaveLength(3);
});

test('text without any beginning of a stop keeps its literal', () => {
  const { parts } = play(['caf\u00c3\u00a9 \u0001'], ['END']);
  expect(parts[1]).toEqual({ type: 'delta', block: 0, literal: JSON.stringify('caf\u00c3\u00a9 \u0001') });
});
