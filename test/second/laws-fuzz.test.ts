/**
 * The laws over all pairs in their long form: `npm run fuzz`. `FUZZ_RUNS` is how often a cheap law is tried, or
 * `FUZZ_MINUTES` for how long all of them are; `FUZZ_SEED` plays a seed again.
 */
import { describe, test } from 'vitest';
import { holdLaw, nameOf } from '../laws/law.ts';
import { laws } from '../laws/laws.ts';

const runs = Number(process.env['FUZZ_RUNS'] ?? 150);
const minutes = process.env['FUZZ_MINUTES'];
const pairCount = laws.reduce((count, { pairs }) => count + pairs.length, 0);
const limitMs = minutes === undefined ? undefined : Math.ceil((Number(minutes) * 60_000) / pairCount);
const timeout = (limitMs ?? 0) + 30 * 60_000;

describe.each(laws)('law $number: $sentence', (law) => {
  test.each(law.pairs.map((pair) => [nameOf(pair), pair] as const))('%s', { timeout }, (_name, pair) =>
    holdLaw(law, pair, limitMs === undefined ? runs : Number.MAX_SAFE_INTEGER, limitMs),
  );
});
