/**
 * Every row of the corpora on every route it concerns, in other clothes that mean the same: it must come to what the row says.
 * `npm run fuzz:rows` is the long form: `FUZZ_RUNS` is how many, `FUZZ_SEED` plays a seed again, `FUZZ_CASE` one case of it.
 */
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../fuzz/random.ts';
import { rowPlayers } from '../fuzz/row-players.ts';
import { fuzzSettings } from '../fuzz/run-cases.ts';
import { keepFigures } from '../support/keep-figures.ts';
import { forgetFaults, watchFaults } from '../support/play-row.ts';

/** Not told how many, each pair of a row and a route is played once. */
const { runs, seed, only } = fuzzSettings(0);
const kinds = Object.keys(rowPlayers);
const startMs = performance.now();
const enough = 25;
let cases = 0;
let pairs = 0;

beforeAll(watchFaults);
afterAll(() => {
  forgetFaults();
  keepFigures('rows-fuzz', { cases, pairs, seed, seconds: Math.round((performance.now() - startMs) / 1000) });
});

test.each(kinds)(`the %s, varied by seed ${seed}`, { timeout: 12 * 3_600_000 }, async (kind) => {
  const player = await rowPlayers[kind]?.();
  if (player === undefined) throw new Error(`no player of ${kind}`);
  pairs += player.size;
  const findings: string[] = [];
  const end = only === undefined ? Math.ceil(runs / kinds.length) || player.size : only + 1;
  try {
    for (let at = only ?? 0; at < end && findings.length < enough; at += 1) {
      const told: string[] = [];
      try {
        await player.play(at % player.size, createRandom(seed, at), told);
      } catch (thrown) {
        findings.push(`case ${at}: ${told.join('; ')}: ${inspect(thrown, { depth: 3 })}`);
      }
      cases += 1;
    }
  } finally {
    await player.close();
  }
  expect(findings).toEqual([]);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
});
