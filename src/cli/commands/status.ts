/** `crossfeed status`: what the running proxy says of itself and its seats, or what GitHub says where none runs. */
import { systemClock } from '../../base/clock.ts';
import type { Quota } from '../../canonical/quota.ts';
import type { AccountSummary, ServerStatus } from '../../control/contract.ts';
import { createRedactor } from '../../observability/redact.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { withSeats } from '../seats.ts';
import type { Seats } from '../seats.ts';
import { statusRows } from '../status-view.ts';
import type { SeatReport, StatusReport } from '../status-view.ts';
import { writeJson, writeTable } from '../table.ts';

interface StatusOptions {
  readonly roads?: true;
  readonly json?: true;
}

/** A plan does not change within minutes, and a status that is asked every second must not ask GitHub so. */
const planAgeMs = 5 * 60 * 1000;
/** A status is for the moment when GitHub does not answer, too. */
const patienceMs = 3_000;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--roads', 'also ask which models the other road to Copilot would add')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed status', 'a table; exit 1 if nothing runs (then GitHub is asked directly, once)'],
        ['crossfeed status | grep ^url', 'plain columns, separated by tabs'],
        ['crossfeed status --roads', 'with the models that the other road would add'],
        ['crossfeed status --json', 'for scripts'],
      ]),
    )
    .action((options: StatusOptions) => run(status(context, options)));
};

async function status(context: CliContext, options: StatusOptions): Promise<ExitCode> {
  return withSeats(context, async (seats) => {
    const report = await reportOf(seats, options.roads === true);
    if (options.json) {
      writeJson(context, jsonOf(report));
    } else {
      const redactor = createRedactor();
      const rows = statusRows(report, { nowMs: systemClock.now() });
      writeTable(
        context,
        rows.map(([name, value]) => [name, redactor.redact(value)]),
      );
    }
    if (report.server !== null) return exitCode.ok;
    context.stderr.write('crossfeed: Crossfeed is not running: start it with `crossfeed start`.\n');
    return exitCode.failure;
  });
}

async function reportOf(seats: Seats, withRoads: boolean): Promise<StatusReport> {
  if (seats.server !== null) {
    const { server } = seats;
    return { ...common(server), server, seats: await seatReports(seats, server.accounts, withRoads) };
  }
  // The questions bring bearer and host, and the status tells of them: it is read afterwards.
  const before = seats.direct.status();
  const reports = await seatReports(seats, before.accounts, withRoads);
  const after = seats.direct.status();
  return {
    ...common(after),
    server: null,
    seats: reports.map((report) => ({ ...report, ...after.accounts.find(isSameAccount(report)) })),
  };
}

function common(report: Omit<StatusReport, 'server' | 'seats'>) {
  const { version, configFile, idleAccounts, identity, learned, learnedRules } = report;
  return { version, configFile, idleAccounts, identity, learned, learnedRules };
}

const isSameAccount =
  ({ account }: AccountSummary) =>
  (other: AccountSummary): boolean =>
    other.account.name === account.name;

function seatReports(
  seats: Seats,
  accounts: readonly AccountSummary[],
  withRoads: boolean,
): Promise<readonly SeatReport[]> {
  return Promise.all(
    accounts.map(async (summary, index) => {
      const account = summary.account.name;
      const quota = await soon(seats.quota({ account, maxAgeMs: planAgeMs }));
      const roads = withRoads ? await soon(seats.otherRoadModels({ account })) : undefined;
      return {
        ...summary,
        isDefault: index === 0,
        plan: quota === null ? null : planText(quota),
        login: quota?.login ?? summary.account.login,
        ...(withRoads ? { otherRoadModels: roads?.models ?? null } : {}),
      };
    }),
  );
}

function planText({ plan, sku }: Quota): string {
  return sku === null ? plan : `${plan} (${sku})`;
}

/** Null for an answer that failed or is not there in time: the upstream's own row tells why. */
function soon<T>(answer: Promise<T>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = systemClock.after(patienceMs, () => resolve(null));
    answer.then(
      (value) => {
        timer.cancel();
        resolve(value);
      },
      () => {
        timer.cancel();
        resolve(null);
      },
    );
  });
}

function jsonOf({ server, seats, ...rest }: StatusReport): object {
  const { pid, url, startedAt, draining, openExchanges, counters, store }: Partial<ServerStatus> = server ?? {};
  return {
    running: server !== null,
    ...rest,
    ...(server === null ? {} : { pid, url, startedAt, draining, openExchanges, counters, store }),
    upstream: seats[0]?.upstream ?? null,
    accounts: seats,
  };
}
