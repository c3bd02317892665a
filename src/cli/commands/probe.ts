/** `crossfeed probe`: puts the disputed points of what is known of GitHub Copilot to the user's own seat. */
import { systemClock } from '../../base/clock.ts';
import { replaceFile } from '../../config/replace-file.ts';
import { resolveHome } from '../../config/home.ts';
import { createRedactor } from '../../observability/redact.ts';
import { allPoints } from '../../probe/all-points.ts';
import { differences, makeBundle } from '../../probe/probe-bundle.ts';
import type { ProbePoint } from '../../probe/probe-point.ts';
import { planProbe, runProbe } from '../../probe/run-probe.ts';
import { agreeToPrice } from '../agree-to-price.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { openDirectSeats } from '../direct-seats.ts';
import type { OpenSeats } from '../direct-seats.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { knownSecrets } from '../known-secrets.ts';
import { openProbe } from '../probe-world.ts';
import { writeJson, writeTable } from '../table.ts';

interface ProbeOptions {
  /** True without a name. */
  readonly record?: true | string;
  readonly list?: true;
  readonly only?: readonly string[];
  readonly maxCredits: string;
  readonly account?: string;
  readonly yes?: true;
  readonly json?: true;
}

const nanoPerCredit = 1e9;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--list', 'what would be asked, and why; asks nothing')
    .option('--record [file]', 'write what was found into a file that may be given away')
    .option('--only <id...>', 'these points alone')
    .option('--max-credits <number>', 'leave out what would go beyond that', '5')
    .option('--account <name>', 'the account to ask with; the default one without it')
    .option('-y, --yes', 'agree to the price; or CROSSFEED_YES=1')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed probe --list', 'the questions, the requests and what is believed'],
        ['crossfeed probe --record', 'shows the price, asks once, writes crossfeed-probe-DATE.json'],
        ['crossfeed probe --only api-versions --only cache-price-name', 'two of them, which cost nothing'],
        ['crossfeed simulate --scenario ./crossfeed-probe-2026-11-23.json', 'a simulator that behaves as was seen'],
      ]),
    )
    .action((options: ProbeOptions) => run(probe(context, options)));
};

async function probe(context: CliContext, options: ProbeOptions): Promise<ExitCode> {
  const points = chosenPoints(options.only);
  const maxCredits = Number(options.maxCredits);
  if (options.maxCredits.trim() === '' || !(maxCredits >= 0))
    throw new CliError(exitCode.usage, `--max-credits takes a number, not "${options.maxCredits}".`);
  if (options.list) {
    list(context, points, options.json === true);
    return exitCode.ok;
  }
  const aborter = new AbortController();
  const quiet = context.onSignal(() => aborter.abort());
  const seats = await openDirectSeats(context, resolveHome(context.env, context.homedir), { change: true });
  try {
    return await ask(context, options, { points, maxCredits, seats, signal: aborter.signal });
  } finally {
    quiet();
    await seats.close();
  }
}

interface Asked {
  readonly points: readonly ProbePoint[];
  readonly maxCredits: number;
  readonly seats: OpenSeats;
  readonly signal: AbortSignal;
}

async function ask(
  context: CliContext,
  options: ProbeOptions,
  { points, maxCredits, seats, signal }: Asked,
): Promise<ExitCode> {
  const accountName = options.account ?? seats.accountNames[0] ?? '';
  // Says how to sign in where nobody is, and which accounts there are where that one is none.
  const seat = seats.seat(accountName);
  if (seat === undefined)
    throw new CliError(exitCode.usage, `Nobody is signed in as ${accountName}; \`crossfeed accounts\` lists who is.`);
  const opened = await openProbe({ proxy: seats.proxy, accountName }, signal);
  const planned = planProbe(points, opened.world.models, maxCredits * nanoPerCredit);
  const asked = planned.filter(({ skipped }) => skipped === null);
  await agreeToPrice(context, {
    calls: asked.flatMap((one) => one.calls),
    heading: `${asked.length} points, `,
    agreed: options.yes === true || context.env['CROSSFEED_YES'] === '1',
  });
  const findings = await runProbe(planned, {
    world: opened.world,
    stopped() {
      if (opened.blockedSince() !== null) return 'GitHub blocks this account: nothing more was asked';
      return signal.aborted ? 'it was stopped' : null;
    },
    onFinding({ point, seen, why }) {
      if (!options.json) context.stderr.write(`  ${point.id.padEnd(30)} ${seen ?? `not decided: ${why ?? ''}`}\n`);
    },
  });
  const spent = opened.spent();
  const nowMs = systemClock.now();
  const redactor = createRedactor(knownSecrets(context.env));
  // GitHub may quote it in a refusal.
  const login = await seat.quota().then(
    (quota) => quota.login ?? '',
    () => '',
  );
  const names = [login, accountName, ...seats.accountNames, context.env['USER'] ?? '', context.env['USERNAME'] ?? ''];
  const bundle = makeBundle(findings, {
    nowMs,
    crossfeed: context.version,
    credits: spent === null ? null : spent / nanoPerCredit,
    road: opened.world.road,
    credentialKind: opened.world.credentialKind,
    apiOrigin: opened.apiOrigin(),
    clean: (text) => withoutWords(redactor.redact(text), names),
  });
  if (options.record !== undefined) {
    const file = options.record === true ? `crossfeed-probe-${bundle.date}.json` : options.record;
    await replaceFile(file, `${JSON.stringify(bundle, null, 2)}\n`, 0o600).catch((cause: unknown) => {
      throw new CliError(exitCode.failure, `${file} cannot be written.`, { cause });
    });
    context.stderr.write(`Written to ${file}. Look through it before you give it away.\n`);
  }
  if (options.json) writeJson(context, bundle);
  else {
    const wrong = differences(findings);
    context.stdout.write(wrong.length === 0 ? 'The simulator agrees.\n' : 'Here the simulator is wrong:\n');
    writeTable(
      context,
      wrong.map(({ id, expected, seen }) => [id, `expected ${expected}`, `seen ${seen}`]),
    );
  }
  return opened.blockedSince() === null ? (signal.aborted ? exitCode.interrupted : exitCode.ok) : exitCode.permission;
}

function chosenPoints(only: readonly string[] | undefined): readonly ProbePoint[] {
  if (only === undefined) return allPoints;
  const unknown = only.find((id) => !allPoints.some((point) => point.id === id));
  if (unknown === undefined) return allPoints.filter(({ id }) => only.includes(id));
  throw new CliError(exitCode.usage, `There is no point "${unknown}"; \`crossfeed probe --list\` has all.`);
}

function list(context: CliContext, points: readonly ProbePoint[], asJson: boolean): void {
  const rows = points.map(({ id, section, question, request, reference, simulator }) => ({
    id,
    section,
    question,
    request,
    reference,
    simulator,
  }));
  if (asJson) return writeJson(context, rows);
  for (const { id, section, question, request, reference, simulator } of rows) {
    context.stdout.write(`${id} (${section})\n  ${question}\n  asks: ${request}\n  reference: ${reference}\n`);
    context.stdout.write(`  simulator: ${simulator ?? 'any; it is only recorded'}\n`);
  }
}

/** Names of accounts and people, as whole words: one who is called "us" takes nothing out of "status". */
function withoutWords(text: string, names: readonly string[]): string {
  return names
    .filter((name) => name.length > 1)
    .reduce(
      (clean, name) =>
        clean.replaceAll(
          new RegExp(`(?<![\\w-])${name.replaceAll(/[^\w]/g, String.raw`\$&`)}(?![\\w-])`, 'gi'),
          '[name]',
        ),
      text,
    );
}
