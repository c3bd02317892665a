/** `crossfeed usage`: what GitHub grants this seat and what is left of it; what was spent, and by what. */
import { systemClock } from '../../base/clock.ts';
import { spendKinds, type SpendBy } from '../../canonical/spend-figures.ts';
import { forecastQuota } from '../../limits/forecast-quota.ts';
import { quotaText } from '../../limits/quota-guard.ts';
import { askLedger } from '../ask-ledger.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { writeQuota } from '../quota-view.ts';
import { reconcileRows } from '../reconcile-view.ts';
import { withSeats } from '../seats.ts';
import { parseSince } from '../since-text.ts';
import { spendHeadings, spendRows } from '../spend-rows.ts';
import { writeJson, writeTable } from '../table.ts';

export interface UsageOptions {
  readonly account?: string;
  readonly by?: string;
  readonly since?: string;
  readonly reconcile?: true;
  readonly json?: true;
}

/** What is shown where nothing was asked for. */
const usualDays = 30;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--account <name>', 'the account to ask for; the default one without it')
    .option('--by <what>', `show what was spent, told apart by ${spendKinds.join(', ')}`)
    .option('--since <when>', `what was spent since then: 7d, 2026-11-01; ${usualDays} days without it`)
    .option('--reconcile', 'set the ledger against what went from the balance at GitHub')
    .option('--json', 'print {"quota", "ledger", "forecast"} as JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed usage', 'credits or premium requests left, and when they are renewed; spent by model'],
        ['crossfeed usage --by day --since 7d', 'spent, day by day; GitHub is not asked'],
        ['crossfeed usage --by session', 'the dearest conversations first'],
        ['crossfeed usage --reconcile --since 7d', 'what other programs spent from the same balance'],
        ['crossfeed usage | cut -f1,2', 'columns for a pipe: quota, left, of, percent, renewed, overage, overage used'],
        ['crossfeed usage --json', 'for scripts'],
      ]),
    )
    .action((options: UsageOptions) => run(usage(context, options)));
};

async function usage(context: CliContext, options: UsageOptions): Promise<void> {
  const { account, json } = options;
  const now = systemClock.now();
  const sinceMs =
    options.since === undefined ? now - usualDays * 24 * 60 * 60 * 1000 : parseSince(options.since, now, '--since');
  if (options.reconcile) return reconcile(context, options, sinceMs);
  const by = kindOf(options.by ?? 'model');
  const asksLedgerAlone = options.by !== undefined || options.since !== undefined;
  const ledger = await askLedger(context, 'spend', { by, sinceMs });
  const { quota, forecast } = asksLedgerAlone ? noQuota : await askQuota(context, account);
  if (json) return writeJson(context, { quota, ledger, forecast });
  if (quota !== null) writeQuota(context, quota);
  if (forecast !== null && context.isTty.stdout)
    context.stdout.write(`  ${quotaText(account ?? 'this seat', forecast)}\n\n`);
  // A pipe that asked for the quota reads the quota's columns alone.
  if (quota !== null && (!context.isTty.stdout || ledger.rows.length === 0)) return;
  writeTable(context, spendRows(ledger), { headings: [by, ...spendHeadings] });
}

const noQuota = { quota: null, forecast: null } as const;
const dayMs = 24 * 60 * 60 * 1000;

/** What is left, and when it will be gone: by what the running proxy saw, else by the ledger of a week. */
async function askQuota(context: CliContext, account: string | undefined) {
  const { quota, isRunning } = await withSeats(context, async (seats) => ({
    quota: await seats.quota({ account }),
    isRunning: seats.server !== null,
  }));
  if (isRunning) {
    const { accounts } = await askProxy(context, 'status', {});
    const seat = accounts.find((one) => account === undefined || one.account.name === account);
    return { quota, forecast: seat?.quota ?? null };
  }
  const nowMs = systemClock.now();
  const { rows } = await askLedger(context, 'spend', { by: 'account', sinceMs: nowMs - 6 * dayMs });
  const spent = rows.find(({ name }) => account === undefined || name === account);
  const credits = spent === undefined ? 0 : (spent.costNanoAiu + spent.estimatedNanoAiu) / 1e9;
  const perDay = quota.tokenBasedBilling && credits > 0 ? credits / 7 : null;
  return { quota, forecast: forecastQuota(quota, perDay, nowMs) ?? null };
}

async function reconcile(context: CliContext, { account, json }: UsageOptions, sinceMs: number): Promise<void> {
  // GitHub's word of this moment is the last reading.
  await withSeats(context, (seats) => seats.quota({ account }));
  const found = await askLedger(context, 'reconcile', { account, sinceMs });
  if (json) return writeJson(context, found);
  if (found !== null) return writeTable(context, reconcileRows(found));
  throw new CliError(
    exitCode.failure,
    'There is one reading of the balance only so far: ask again when something was spent since.',
  );
}

function kindOf(text: string): SpendBy {
  const kind = spendKinds.find((one) => one === text);
  if (kind !== undefined) return kind;
  throw new CliError(exitCode.usage, `--by takes ${spendKinds.join(', ')}, not ${text}.`);
}
