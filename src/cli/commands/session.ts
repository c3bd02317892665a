/** `crossfeed session show`: the calls of one conversation in their order, what each cost and what was odd about it. */
import type { CacheBreak } from '../../canonical/cache-finding.ts';
import { askLedger } from '../ask-ledger.ts';
import { askIfRunning } from '../ask-proxy.ts';
import { breakLines } from '../cache-break-lines.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { sessionHeadings, sessionRow, storyHeadings, storyRows } from '../spend-rows.ts';
import { writeJson, writeTable } from '../table.ts';

interface ShowOptions {
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .command('show <id>')
    .description('show the calls of one session; the beginning of its id is enough')
    .option('--json', 'print {"session", "exchanges", "cacheBreaks"} as JSON')
    .action((id: string, options: ShowOptions) => run(show(context, id, options)));
  addExamples(command, [
    ['crossfeed session show 3fa9c1ab', 'time, model, credits, share of the prompt that was cached, what was odd'],
    ['crossfeed session show 3fa9c1ab --json', 'for scripts'],
  ]);
};

async function show(context: CliContext, id: string, { json }: ShowOptions): Promise<void> {
  if (!/^[0-9a-f]{1,16}$/.test(id))
    throw new CliError(exitCode.usage, `A session's id is as \`crossfeed sessions\` shows it, not ${id}.`);
  const story = await askLedger(context, 'session', { id });
  if (story === null)
    throw new CliError(exitCode.failure, `There is no session ${id}: \`crossfeed sessions\` lists them.`);
  const breaks = await cacheBreaks(context, story.session.id);
  if (json) return writeJson(context, { ...story, cacheBreaks: breaks });
  if (context.isTty.stdout) {
    writeTable(context, [sessionRow(story.session)], { headings: sessionHeadings });
    context.stdout.write('\n');
  }
  writeTable(context, storyRows(story), { headings: storyHeadings });
  for (const line of breaks.flatMap((one) => breakLines(one))) context.stdout.write(`${line}\n`);
}

/** Of a prompt nothing is stored: what changed of it only a proxy knows that still runs. */
async function cacheBreaks(context: CliContext, session: string): Promise<readonly CacheBreak[]> {
  return (await askIfRunning(context, 'promptCache', { session }))?.breaks ?? [];
}
