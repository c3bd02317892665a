/**
 * Bodies that are nearly right, on every route and for every endpoint behind it. `npm run fuzz:bodies` is the long form:
 * `FUZZ_RUNS` is how many, `FUZZ_SEED` plays a seed again, `FUZZ_CASE` one case of it.
 */
import { expect, test } from 'vitest';
import { startBodyRig } from '../fuzz/body-cases.ts';
import { fuzzSettings, runCases } from '../fuzz/run-cases.ts';
import { keepFigures } from '../support/keep-figures.ts';

const settings = fuzzSettings(20_000);

test(`${settings.runs} bodies of seed ${settings.seed}`, { timeout: 12 * 3_600_000 }, async () => {
  const startMs = performance.now();
  const { findings, cases, rows } = await runCases(settings, startBodyRig);
  expect(findings).toEqual([]);
  expect(rows).toBe(cases);
  keepFigures('bodies-fuzz', {
    cases,
    rows,
    seed: settings.seed,
    seconds: Math.round((performance.now() - startMs) / 1000),
  });
});
