/**
 * `npm run test:clients [-- --smoke] [--only claude-code,codex] [--tasks create,edit] [--shard 1/4] [--resume]
 * [--jobs 2] [--record FOLDER] [--page]`: real clients, pinned, do real work through the program and the simulator. Not
 * part of `npm test`: the clients come from the registry. `--record` keeps what reached the simulator, `--resume` leaves
 * out what has passed before, `--page` writes what is known into `docs/compatibility.md`.
 */
import { parseArgs } from 'node:util';
import { allCases } from './all-cases.ts';
import { writeCompatibilityPage } from './compatibility-page.ts';
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
    jobs: { type: 'string', default: '1' },
    record: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});

const { smoke, only, shard, resume } = options;
const file = openVerdictFile();
const isWhole = !smoke && !resume && only === undefined && options.tasks === undefined && shard === undefined;
if (isWhole) file.clear();

const wish = { smoke, ...(only && { only }), ...(options.tasks && { tasks: options.tasks.split(',') }) };
const wanted = cellsOf(allCases, { ...wish, ...(shard && { shard }) });
const left = wanted.filter(({ clientCase, task }) => !resume || file.of(clientCase, task.id)?.result !== 'passed');
const width = Math.max(...left.map(({ clientCase }) => clientCase.title.length));

function show({ clientCase, task, result, note, output }: Verdict): void {
  const what = `${clientCase.title.padEnd(width)}  ${task.id.padEnd(8)}`;
  if (result === 'failed') console.log(output.slice(-8000));
  console.log(result === 'not run' ? `not run: ${what}, ${note}` : `${result} ${what}  ${note}`);
}

const verdicts: Verdict[] = [];
const queue = left.values();

async function work(cells: IterableIterator<Cell>): Promise<void> {
  for (const cell of cells) {
    const verdict = await runCase({ ...cell, recordFolder: options.record });
    const { clientCase, task, result, note } = verdict;
    show(verdict);
    verdicts.push(verdict);
    file.add({ title: clientCase.title, version: clientCase.version, task: task.id, result, note });
  }
}
await Promise.all(Array.from({ length: Number(options.jobs) }, () => work(queue)));

const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`);
if (options.page) writeCompatibilityPage(allCases, file);
if (count('failed') > 0 || wanted.length === 0) process.exitCode = 1;
