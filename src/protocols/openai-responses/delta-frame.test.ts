/** Events that look like the one before are read by comparing: what is read must not depend on what was read before. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDeltaReader } from './delta-frame.ts';

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '{', '}', ',', 'é', '\n') });
const members = fc.tuple(text, text, fc.nat(3), fc.nat(2000), fc.constantFrom('[]', '[{"token":"a"}]'));
const events = fc.tuple(fc.nat(2), members).map(([shape, [delta, id, index, sequence, logprobs]]) => {
  const [quotedDelta, quotedId] = [JSON.stringify(delta), JSON.stringify(id)];
  return [
    `{"type":"t","item_id":${quotedId},"output_index":${index},"delta":${quotedDelta},"sequence_number":${sequence}}`,
    `{"type":"t","delta":${quotedDelta},"output_index":${index},"content_index":1,"obfuscation":${quotedId}}`,
    `{"delta":${quotedDelta},"logprobs":${logprobs},"type":"t","output_index":${index}}`,
  ][shape] as string;
});
/** Whole events, and some that lack a character. */
const sent = fc.tuple(events, fc.option(fc.nat(120), { freq: 4 })).map(([event, cut]) => {
  return cut === null ? event : event.slice(0, cut) + event.slice(cut + 1);
});

function readBy(reader: ReturnType<typeof createDeltaReader>, data: string) {
  return reader.read(data) ? { ...reader.frame } : null;
}

test('an event is read the same whatever came before it', () => {
  fc.assert(
    fc.property(fc.array(sent, { maxLength: 12 }), (stream) => {
      const reader = createDeltaReader();
      for (const data of stream) expect(readBy(reader, data)).toEqual(readBy(createDeltaReader(), data));
    }),
    { numRuns: 500 },
  );
});

test('what is read of a whole event is what parsing gives', () => {
  fc.assert(
    fc.property(fc.array(events, { maxLength: 12 }), (stream) => {
      const reader = createDeltaReader();
      for (const data of stream) {
        const { delta, output_index: index } = JSON.parse(data) as { delta: string; output_index: number };
        const read = readBy(reader, data);
        expect([JSON.parse(read?.literal ?? 'null'), read?.outputIndex]).toEqual([delta, index]);
      }
    }),
    { numRuns: 500 },
  );
});
