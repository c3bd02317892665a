/**
 * `npm run test:clients [-- --smoke] [--only claude-code,codex] [--tasks create,edit] [--record FOLDER] [--page]`: real
 * clients, pinned, do real work through the program and the simulator. Not part of `npm test`: the clients come from
 * the registry. `--record` keeps what reached the simulator, `--page` writes a whole run into `docs/clients.md`.
 */
import { parseArgs } from 'node:util';
import { claudeCodeCases } from './claude-code.ts';
import { doesTask } from './client-case.ts';
import { codexCases } from './codex.ts';
import { copilotCases } from './copilot-cli.ts';
import { geminiCliCases } from './gemini-cli.ts';
import { opencodeCases } from './opencode.ts';
import { runCase, type Verdict } from './run-case.ts';
import { writeRuns } from './runs-table.ts';
import { openShutDoor } from './shut-door.ts';
import { clientTasks } from './tasks.ts';

const { values: options } = parseArgs({
  options: {
    smoke: { type: 'boolean', default: false },
    only: { type: 'string' },
    tasks: { type: 'string' },
    record: { type: 'string' },
    page: { type: 'boolean', default: false },
  },
});

const clients = options.only?.split(',');
const taskIds = options.tasks?.split(',');

const allCases = [...claudeCodeCases, ...codexCases, ...opencodeCases, ...copilotCases, ...geminiCliCases];

const wanted = allCases.flatMap((clientCase) =>
  clientTasks
    .filter(({ id }) => doesTask(clientCase, id))
    .filter(({ id }) => (options.smoke ? clientCase.smoke.includes(id) : (taskIds?.includes(id) ?? true)))
    .filter(() => clients?.some((name) => clientCase.title.startsWith(name)) ?? true)
    .map((task) => ({ clientCase, task })),
);

const width = Math.max(...wanted.map(({ clientCase }) => clientCase.title.length));

function show({ clientCase, task, result, note, output }: Verdict): void {
  const what = `${clientCase.title.padEnd(width)}  ${task.id.padEnd(7)}`;
  if (result === 'failed') console.log(output.slice(-8000));
  console.log(result === 'not run' ? `not run: ${what}, ${note}` : `${result} ${what}  ${note}`);
}

const verdicts: Verdict[] = [];
const door = await openShutDoor();
try {
  for (const one of wanted) {
    const verdict = await runCase({ ...one, door, recordFolder: options.record });
    show(verdict);
    verdicts.push(verdict);
  }
} finally {
  door.close();
}
const count = (result: Verdict['result']) => verdicts.filter((verdict) => verdict.result === result).length;
console.log(`${count('passed')} passed, ${count('failed')} failed, ${count('not run')} not run`);
if (options.page) writeRuns(verdicts, allCases);
if (count('failed') > 0 || verdicts.length === 0) process.exitCode = 1;
