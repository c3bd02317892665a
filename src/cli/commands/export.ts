/** `crossfeed export`: the ledger, an exchange a row, for a spreadsheet or a script. */
import { once } from 'node:events';
import { systemClock } from '../../base/clock.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { csvLine, exportNames, exportRow } from '../export-rows.ts';
import { parseSince } from '../since-text.ts';
import { withStore } from '../with-store.ts';

interface ExportOptions {
  readonly csv?: true;
  readonly jsonl?: true;
  readonly since?: string;
  readonly until?: string;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--csv', 'comma-separated values with a line of names')
    .option('--jsonl', 'one JSON object a line (the default)')
    .option('--since <when>', 'what started since then: 7d, 12h, 2026-11-01')
    .option('--until <when>', 'and before then')
    .addHelpText(
      'after',
      examples([
        ['crossfeed export --csv > ledger.csv', 'all that the log still has, an exchange a row'],
        ['crossfeed export --jsonl --since 2026-11-01 --until 2026-12-01', 'one month'],
        ['crossfeed export --since 7d | jq .costNanoAiu', 'unknown is null; 1e9 to a credit'],
      ]),
    )
    .action((options: ExportOptions) => run(exportLedger(context, options)));
};

async function exportLedger(context: CliContext, { csv, jsonl, since, until }: ExportOptions): Promise<void> {
  if (csv && jsonl) throw new CliError(exitCode.usage, 'Either --csv or --jsonl, not both.');
  const now = systemClock.now();
  const sinceMs = since === undefined ? 0 : parseSince(since, now, '--since');
  const untilMs = until === undefined ? Number.MAX_SAFE_INTEGER : parseSince(until, now, '--until');
  const { stdout } = context;
  await withStore(context, { change: false }, async ({ ledger }) => {
    if (csv) stdout.write(csvLine(exportNames));
    for (const record of ledger.rows(sinceMs, untilMs)) {
      const row = exportRow(record);
      const line = csv ? csvLine(Object.values(row)) : `${JSON.stringify(row)}\n`;
      // A pipe that is read slowly must not become our memory.
      if (!stdout.write(line)) await once(stdout, 'drain');
    }
  });
}
