/** `crossfeed usage`: what GitHub grants this seat, and what is left of it. */
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { writeQuota } from '../quota-view.ts';
import { withSeats } from '../seats.ts';
import { writeJson } from '../table.ts';

export interface UsageOptions {
  readonly account?: string;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--account <name>', 'the account to ask for; the default one without it')
    .option('--json', 'print {"quota", "ledger"} as JSON; ledger is null in this version')
    .addHelpText(
      'after',
      examples([
        ['crossfeed usage', 'credits or premium requests left, and when they are renewed'],
        ['crossfeed usage | cut -f1,2', 'columns for a pipe: quota, left, of, percent, renewed, overage, overage used'],
        ['crossfeed usage --json', 'for scripts'],
      ]),
    )
    .action((options: UsageOptions) => run(usage(context, options)));
};

async function usage(context: CliContext, { account, json }: UsageOptions): Promise<void> {
  const quota = await withSeats(context, (seats) => seats.quota({ account }));
  if (json) return writeJson(context, { quota, ledger: null });
  writeQuota(context, quota);
}
