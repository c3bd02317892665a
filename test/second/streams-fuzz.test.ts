/**
 * Streams with something wrong, from each endpoint to the callers of every protocol. `npm run fuzz:streams` is the long
 * form: `FUZZ_RUNS` is how many, `FUZZ_SEED` plays a seed again, `FUZZ_CASE` one case of it.
 */
import { expect, test } from 'vitest';
import { fuzzSettings, runCases } from '../fuzz/run-cases.ts';
import { startStreamRig } from '../fuzz/stream-cases.ts';
import { keepFigures } from '../support/keep-figures.ts';

const settings = fuzzSettings(20_000);

test(`${settings.runs} streams of seed ${settings.seed}`, { timeout: 12 * 3_600_000 }, async () => {
  const startMs = performance.now();
  const { findings, cases, rows } = await runCases(settings, () => startStreamRig(settings.seed));
  expect(findings).toEqual([]);
  expect(rows).toBe(cases);
  keepFigures('streams-fuzz', {
    cases,
    rows,
    seed: settings.seed,
    seconds: Math.round((performance.now() - startMs) / 1000),
  });
});
