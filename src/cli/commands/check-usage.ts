/** `crossfeed check-usage`: the quota alone, under the name that it has in other proxies. */
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { writeQuota } from '../quota-view.ts';
import { withSeats } from '../seats.ts';
import { writeJson } from '../table.ts';
import type { UsageOptions } from './usage.ts';

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--account <name>', 'the account to ask for; the default one without it')
    .option('--json', 'print the quota as JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed check-usage', 'what GitHub says is left'],
        ['crossfeed check-usage --json', 'for scripts'],
      ]),
    )
    .action((options: UsageOptions) => run(checkUsage(context, options)));
};

async function checkUsage(context: CliContext, { account, json }: UsageOptions): Promise<void> {
  const quota = await withSeats(context, (seats) => seats.quota({ account }));
  if (json) return writeJson(context, quota);
  writeQuota(context, quota);
}
