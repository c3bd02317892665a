/** `npm run aborts`: ten thousand streams that their callers leave, and their section of `docs/reliability.md`. */
import os from 'node:os';
import { runLongForm, type Figures } from './long-form.ts';
import { figureTable, measuredWith, writeSection } from './reliability-section.ts';

const kept = runLongForm('test/second/aborted-streams.test.ts', { STREAMS: process.env['STREAMS'] ?? '10000' });
const left = kept?.get('aborts');
const billed = kept?.get('aborted-bills');
if (left !== undefined && billed !== undefined) writeSection('aborts', sectionOf(left, billed));

function sectionOf(aborts: Figures, bills: Figures): string {
  const of = (name: string) => Number(aborts[name]);
  const bill = (name: string) => Number(bills[name]);
  const ms = (name: string) => `${of(name).toFixed(0)} ms`;
  const credits = (name: string) => `${(bill(name) / 1e9).toFixed(2)} credits`;
  return `${measuredWith('npm run aborts')}

${figureTable([
  [
    'streams left, before their head, in the queue, in their body, in mid-frame; seed',
    `${of('streams')}; ${of('seed')}`,
  ],
  ['exchanges that began (not where a caller left in its body); each has one end and one row', of('exchanges')],
  ['left in the queue', of('leftQueue')],
  ['left after they had reached the upstream', of('reached')],
  ['exchanges, upstream streams, upstream sockets left over', 0],
  ['file descriptors before and after', `${of('descriptorsBefore')} and ${of('descriptorsAfter')}`],
  ['from leaving to the end of the upstream call, median', ms('abortP50Ms')],
  ['the same, 99 of 100', ms('abortP99Ms')],
  ['load of the machine in the last minute', os.loadavg()[0]?.toFixed(1) ?? ''],
])}

The aim for the last line is 50 ms. Caller, proxy and upstream share one process and its event loop here, with 40 callers at a
time, so the figure holds their time as well.

The same against the simulator, which bills what it wrote of a stream that was left:

${figureTable([
  ['streams left', bill('streams')],
  ['rows of the ledger', bill('rows')],
  ['calls that the simulator saw', bill('calls')],
  ['billed by the simulator', credits('billedNanoAiu')],
  ['of it known to the ledger, from bills that came before the caller left', credits('knownNanoAiu')],
  ['estimated for the rows whose bill never came; the rest of the bill must be less', credits('estimatedNanoAiu')],
])}`;
}
