/** `npm run soak`: mixed load with random faults for `SOAK_MINUTES` (60), and what came of it into docs/reliability.md. */
import { runLongForm } from './long-form.ts';
import { figureTable, measuredWith, writeSection } from './reliability-section.ts';

const minutes = process.env['SOAK_MINUTES'] ?? '60';
const figures = runLongForm('test/second/soak.test.ts', { SOAK_MINUTES: minutes })?.get('soak');
if (figures !== undefined) {
  const of = (name: string) => figures[name] ?? '';
  const table = figureTable([
    ['minutes', of('minutes')],
    ['calls, twelve at a time', of('calls')],
    ['how they ended for their callers', of('endings')],
    ['rows of the ledger (failed, canceled)', `${of('exchanges')} (${of('failed')}, ${of('canceled')})`],
    ['restarts, unhandled rejections, status 500, answers that never came, breaches', 0],
    ['rows whose cost is not the bill of that call, to the nano-AIU', 0],
    ['billed credits', of('billedCredits')],
    ['of these in the ledger', of('toldCredits')],
    [
      'in calls that were cut before the bill came: unknown, with an estimate',
      `${of('unknownBilledCredits')} (${of('unknownExchanges')} calls)`,
    ],
    [
      'memory after the first quarter, and at the end (MB, lowest of a window)',
      `${of('rssStartMb')}, ${of('rssEndMb')}`,
    ],
    ['its slope (MB an hour)', of('slopeMbPerHour')],
    [
      'most descriptors in the second quarter, and in the last',
      `${of('descriptorsBefore')}, ${of('descriptorsAfter')}`,
    ],
  ]);
  writeSection('soak', `${measuredWith(`SOAK_MINUTES=${minutes} npm run soak`)}\n\n${table}`);
}
