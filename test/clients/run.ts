/**
 * `npm run test:clients [-- --smoke] [--only claude-code,codex] [--tasks create,edit] [--shard 1/4] [--resume]
 * [--since 2026-11-23T08:00Z] [--jobs 2] [--record FOLDER] [--limits] [--page]`: real clients, pinned, do real work
 * through the program and the simulator. Not part of `npm test`: the clients come from the registry. `--record` keeps what
 * reached the simulator, `--resume` leaves out what has passed before (`--since`: not longer ago than that), `--limits`
 * runs what is known not to work, and `--page` writes what is known into `docs/compatibility.md`.
 */
import { parseArgs } from 'node:util';
import { allCases } from './all-cases.ts';
import { writeCompatibilityPage } from './compatibility-page.ts';
import { writeKnownBroken } from './known-broken-rows.ts';
import { cellsOf, type Cell } from './matrix.ts';
import { runCase, type Verdict } from './run-case.ts';
import { openVerdictFile } from './verdict-file.ts';

const { values: options } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    tasks: { type: 'string' },
    shard: { type: 'string' },
    resume: { type: 'boolean', default: false },
    since: { type: 'string', default: '2026-01-01' },
    jobs: { type: 'string', default: '1' },
    record: { type: 'string' },
    page: { type: 'boolean', default: false },
    limits: { type: 'boolean', default: false },
  },
});

const { smoke, only, shard, resume, limits } = options;
const file = openVerdictFile();
const isWhole =
  !smoke && !resume && !limits && only === undefined && options.tasks === undefined && shard === undefined;
if (isWhole) file.clear();

const wish = { smoke, limits, ...(only && { only }), ...(options.tasks && { tasks: options.tasks.split(',') }) };
const wanted = cellsOf(allCases, { ...wish, ...(shard && { shard }) });
const since = Date.parse(options.since);
if (Number.isNaN(since)) throw new Error(`--since wants a time such as 2026-11-23T08:00Z, not ${options.since}`);

function hasPassed({ clientCase, task }: Cell): boolean {
  const verdict = file.of(clientCase, task.id);
  return verdict?.result === 'passed' && Date.parse(verdict.at) >= since;
}
const left = wanted.filter((cell) => !resume || !hasPassed(cell));
const width = Math.max(...left.map(({ clientCase }) => clientCase.title.length));

function show({ clientCase, task, result, note, output }: Verdict): void {
  const what = `${clientCase.title.padEnd(width)}  ${task.id.padEnd(8)}`;
  if (result === 'failed' && !limits) console.log(output.slice(-8000));
  console.log(result === 'not run' ? `not run: ${what}, ${note}` : `${result} ${what}  ${note}`);
}

const verdicts: Verdict[] = [];
const queue = left.values();

async function work(cells: IterableIterator<Cell>): Promise<void> {
  for (const cell of cells) {
    const verdict = await runCase({ ...cell, recordFolder: options.record });
    const { clientCase, task, result, note } = verdict;
    const { title, version } = clientCase;
    show(verdict);
    verdicts.push(verdict);
    if (!limits) file.add({ title, version, task: task.id, result, note, at: new Date().toISOString() });
  }
}
await Promise.all(Array.from({ length: Number(options.jobs) }, () => work(queue)));

const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`);
if (options.page) {
  writeCompatibilityPage(allCases, file);
  writeKnownBroken(allCases, file);
}
// A limit that is gone has to leave the page.
if (count(limits ? 'passed' : 'failed') > 0 || wanted.length === 0) process.exitCode = 1;
