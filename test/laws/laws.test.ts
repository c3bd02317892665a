/** The laws over all pairs, in their short form. The long one is `npm run fuzz`. */
import { describe, test } from 'vitest';
import { holdLaw, nameOf } from './law.ts';
import { laws } from './laws.ts';

/** Of a law that is cheap. `FUZZ_RUNS` for another number. */
const runs = Number(process.env['FUZZ_RUNS'] ?? 40);

describe.each(laws)('law $number: $sentence', (law) => {
  test.each(law.pairs.map((pair) => [nameOf(pair), pair] as const))('%s', (_name, pair) => holdLaw(law, pair, runs));
});
