/** Law 4 for upstreams that lose, repeat or swap events: what goes down is sound as far as it goes, whatever came. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { readStream } from '../support/stream-grammar.ts';
import { answers } from './arbitraries/answers.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { planOf, wires } from './answer-laws.ts';
import type { Law } from './law.ts';
import { answer, translatedPairs } from './rig.ts';

const change = fc.record({ at: fc.nat(60), what: fc.constantFrom('drop', 'repeat', 'swap') });

function mangled(stream: Buffer, changes: readonly { readonly at: number; readonly what: string }[]): Buffer {
  const frames = stream.toString().replaceAll('\r\n', '\n').split('\n\n').slice(0, -1);
  for (const { at, what } of changes) {
    const index = at % Math.max(1, frames.length);
    const [frame, next] = [frames[index], frames[index + 1]];
    if (frame === undefined) continue;
    if (what === 'drop') frames.splice(index, 1);
    else if (what === 'repeat') frames.splice(index, 0, frame);
    else if (next !== undefined) frames.splice(index, 2, next, frame);
  }
  return Buffer.from(frames.map((frame) => `${frame}\n\n`).join(''));
}

export const mangledLaws: readonly Law[] = [
  {
    number: 4,
    sentence: 'events that are lost, repeated or swapped break no grammar',
    pairs: translatedPairs,
    share: 1,
    property: (pair) =>
      fc.property(answers(pair.endpoint), fc.array(change, { minLength: 1, maxLength: 4 }), (said, changes) => {
        const { bytes, ended, edits } = answer(planOf(pair), mangled(writeStream(pair.endpoint, said), changes));
        const faults = edits.filter(({ rule }) => rule === 'grammar-fault');
        expect(faults).toEqual([]);
        if (bytes.length === 0) return;
        const read = readStream(wires[pair.client], bytes.toString());
        expect(read.breaches).toEqual([]);
        expect(read.ending).toBe(ended ? 'finished' : 'unfinished');
      }),
  },
];
