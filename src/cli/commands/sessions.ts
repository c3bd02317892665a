/** `crossfeed sessions`: the conversations of the clients, with what each cost. */
import { systemClock } from '../../base/clock.ts';
import { askLedger } from '../ask-ledger.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { parseSince } from '../since-text.ts';
import { sessionHeadings, sessionRow } from '../spend-rows.ts';
import { writeJson, writeTable } from '../table.ts';

interface SessionsOptions {
  readonly since?: string;
  readonly lines: string;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--since <when>', 'those that went on since then: 7d, 12h, 2026-11-01')
    .option('-n, --lines <number>', 'how many, the latest first', '20')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed sessions', 'the last 20 conversations and what they cost'],
        ['crossfeed sessions --since 7d -n 500', 'those of a week'],
        ['crossfeed session show 3fa9c1ab', 'the calls of one'],
      ]),
    )
    .action((options: SessionsOptions) => run(sessions(context, options)));
};

async function sessions(context: CliContext, { since, lines, json }: SessionsOptions): Promise<void> {
  const limit = Number(lines);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000)
    throw new CliError(exitCode.usage, `--lines takes a number from 1 to 10000, not ${lines}.`);
  const sinceMs = since === undefined ? 0 : parseSince(since, systemClock.now(), '--since');
  const found = await askLedger(context, 'sessions', { limit, sinceMs });
  if (json) return writeJson(context, found);
  writeTable(
    context,
    found.map((session) => sessionRow(session)),
    { headings: sessionHeadings },
  );
}
