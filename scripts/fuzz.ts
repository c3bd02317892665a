/**
 * `npm run fuzz:bodies`, `fuzz:streams` and `fuzz:rows`: the long form of one fuzz, in pieces of a seed each, until `--cases` are played or
 * `--minutes` are over. After each piece docs/reliability.md says what was played so far; a piece that finds something is the last.
 */
import { parseArgs } from 'node:util';
import { runLongForm } from './long-form.ts';
import { figureTable, measuredWith, writeSection } from './reliability-section.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    cases: { type: 'string', default: process.env['FUZZ_RUNS'] ?? '500000' },
    minutes: { type: 'string', default: '720' },
    piece: { type: 'string', default: '20000' },
    seed: { type: 'string', default: process.env['FUZZ_SEED'] ?? '20261123' },
  },
});
const [what = ''] = positionals;
const firstSeed = Number(values.seed);
const wanted = Number(values.cases);
const lastStartMs = performance.now() + Number(values.minutes) * 60_000;

const whatever = 'findings: an exit, an unhandled rejection, a status 500, an error in another shape';
const searched: Readonly<Record<string, string>> = {
  bodies: whatever,
  streams: `${whatever}, a cut source shown as whole`,
  rows: 'findings: anything else than what the row says',
};

let cases = 0;
let rows = 0;
let seconds = 0;
for (let seed = firstSeed; cases < wanted && performance.now() < lastStartMs; seed += 1) {
  const runs = Math.min(Number(values.piece), wanted - cases);
  const env = { FUZZ_RUNS: String(runs), FUZZ_SEED: String(seed) };
  const figures = runLongForm(`test/second/${what}-fuzz.test.ts`, env)?.get(`${what}-fuzz`);
  if (figures === undefined) break;
  cases += Number(figures['cases']);
  // Of the ledger; the rows of the corpora have pairs.
  rows += Number(figures['rows'] ?? 0);
  seconds += Number(figures['seconds']);
  const table = figureTable([
    ['cases', cases],
    ['seeds', `${firstSeed} to ${seed}`],
    [searched[what] ?? 'findings', 0],
    ...('rows' in figures ? [['rows of the ledger', rows] as const] : []),
    ...('pairs' in figures ? [['pairs of a row and a route', figures['pairs']] as const] : []),
    ['seconds', seconds],
  ]);
  const command = `npm run fuzz:${what} -- --cases ${cases} --piece ${values.piece} --seed ${firstSeed}`;
  writeSection(what, `${measuredWith(command)}\n\n${table}`);
}
