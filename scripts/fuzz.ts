/** `npm run fuzz:bodies` and `fuzz:streams`: the long form of one fuzz; what it found nothing in stands in docs/reliability.md. */
import { runLongForm } from './long-form.ts';
import { figureTable, measuredWith, writeSection } from './reliability-section.ts';

const [what = ''] = process.argv.slice(2);
const longRuns = '500000';

const figures = runLongForm(`test/second/${what}-fuzz.test.ts`, {
  FUZZ_RUNS: process.env['FUZZ_RUNS'] ?? longRuns,
})?.get(`${what}-fuzz`);
if (figures !== undefined) {
  const { cases = 0, rows = 0, seed = 0, seconds = 0 } = figures;
  const table = figureTable([
    ['cases', cases],
    [
      'findings: an exit, an unhandled rejection, a status 500, an error in another shape, a cut source shown as whole',
      0,
    ],
    ['rows of the ledger', rows],
    ['seconds', seconds],
  ]);
  writeSection(what, `${measuredWith(`FUZZ_RUNS=${cases} FUZZ_SEED=${seed} npm run fuzz:${what}`)}\n\n${table}`);
}
