/** Law 4 for streams that are no server-sent events: Gemini's array is JSON to its last byte, and says what its events say. */
import fc from 'fast-check';
import { expect } from 'vitest';
import { readStream } from '../support/stream-grammar.ts';
import { answers } from './arbitraries/answers.ts';
import { writeStream } from './arbitraries/write-streams.ts';
import { planOf } from './answer-laws.ts';
import type { Law } from './law.ts';
import { answer, translatedPairs } from './rig.ts';

export const framingLaws: readonly Law[] = [
  {
    number: 4,
    sentence: 'as one array the answer is the same, and valid wherever it breaks off',
    pairs: translatedPairs.filter(({ client }) => client === 'gemini'),
    share: 1,
    property: (pair) =>
      fc.property(
        answers(pair.endpoint),
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        fc.array(fc.nat(4000), { maxLength: 6 }),
        (said, share, cuts) => {
          const stream = writeStream(pair.endpoint, said);
          const kept = stream.subarray(0, Math.floor(stream.length * share));
          const told = answer(planOf(pair), kept, cuts, 'json-array');
          const text = told.bytes.toString() + (told.ended ? '' : told.failure());
          const events = answer(planOf(pair), kept, cuts);
          const read = readStream('gemini', text);
          const asEvents = readStream('gemini', events.bytes.toString() + (events.ended ? '' : events.failure()));
          expect(read).toEqual(asEvents);
          expect(read.breaches).toEqual([]);
          expect(read.ending).toBe(told.ended ? 'finished' : 'failed');
        },
      ),
  },
];
