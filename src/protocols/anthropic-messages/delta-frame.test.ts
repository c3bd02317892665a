/** Deltas that look like the one before are read by comparing: what is read must not depend on what was read before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDeltaReader } from './delta-frame.ts';

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', 'é', '\n') });
const kinds = fc.constantFrom(
  ['text_delta', 'text'],
  ['thinking_delta', 'thinking'],
  ['input_json_delta', 'partial_json'],
);
const events = fc
  .tuple(fc.nat(2), kinds, text, fc.constantFrom('', ' '))
  .map(
    ([index, [type, member], delta, space]) =>
      `{"type":${space}"content_block_delta","index":${index},"delta":{"type":"${type}","${member}":${JSON.stringify(delta)}${space}}}`,
  );
/** Whole events, and some that lack a character. */
const sent = fc.tuple(events, fc.option(fc.nat(110), { freq: 4 })).map(([event, cut]) => {
  return cut === null ? event : event.slice(0, cut) + event.slice(cut + 1);
});

function readBy(reader: ReturnType<typeof createDeltaReader>, data: string) {
  return reader.read(data) ? { ...reader.frame } : null;
}

test('a delta is read the same whatever came before it, and as parsing reads it', () => {
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 12 }), (stream) => {
      const reader = createDeltaReader();
      for (const data of stream) {
        const read = readBy(reader, data);
        expect(read).toEqual(readBy(createDeltaReader(), data));
        if (read === null) continue;
        const { index, delta } = JSON.parse(data) as { index: number; delta: Record<string, string> };
        expect([read.index, JSON.parse(read.literal)]).toEqual([index, Object.values(delta)[1]]);
      }
    }),
    { numRuns: 500 },
  );
});
