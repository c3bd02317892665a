/** `crossfeed doctor`: looks at everything that can be wrong, and says what it is and what to do. */
import { systemClock } from '../../base/clock.ts';
import { resolveHome } from '../../config/home.ts';
import { replaceFile } from '../../config/replace-file.ts';
import { allChecks } from '../../doctor/all-checks.ts';
import type { Check, Finding, FindingState } from '../../doctor/check.ts';
import { runChecks } from '../../doctor/run-checks.ts';
import { createRedactor } from '../../observability/redact.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { lookLive } from '../doctor-live.ts';
import { makeReport } from '../doctor-report.ts';
import { openDoctorWorld } from '../doctor-world.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { knownSecrets } from '../known-secrets.ts';
import { paintFor } from '../paint.ts';
import { writeJson } from '../table.ts';
import { withStore } from '../with-store.ts';

interface DoctorOptions {
  readonly only?: readonly string[];
  readonly live?: true;
  readonly yes?: true;
  readonly report?: string;
  readonly json?: true;
}

/** A doctor that does not come back is no help. */
const patienceMs = 12_000;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--only <id...>', `these checks alone: ${allChecks.map(({ id }) => id).join(', ')}`)
    .option('--live', 'also ask each model on each of its endpoints; the price is shown first')
    .option('-y, --yes', 'agree to the price of --live; or CROSSFEED_YES=1')
    .option('--report <file>', 'write what was found into a file that may be given away')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed doctor', 'free, asks nothing, ends in seconds; exit 1 where something is wrong'],
        ['crossfeed doctor --only github seat', 'two of the checks'],
        ['crossfeed doctor --live', 'one small call to each model: the price first, then one question'],
        ['crossfeed doctor --report crossfeed-report.json', 'for somebody who helps: no token, no prompt'],
      ]),
    )
    .action((options: DoctorOptions) => run(doctor(context, options)));
};

async function doctor(context: CliContext, options: DoctorOptions): Promise<ExitCode> {
  const checks = chosenChecks(options.only);
  const home = resolveHome(context.env, context.homedir);
  const redactor = createRedactor(knownSecrets(context.env));
  const clean = (text: string) => redactor.redact(text);
  const free = await look(context, { checks, home, clean });
  if (options.report !== undefined) await writeReport(context, options.report, free, { home, clean });
  // What is free is told, whatever becomes of the rest.
  if (!options.json) write(context, free);
  const paid = options.live ? await live(context, home, options.yes === true) : [];
  if (options.json) writeJson(context, [...free, ...paid]);
  else if (options.live) write(context, paid);
  return [...free, ...paid].some(({ state }) => state === 'problem') ? exitCode.failure : exitCode.ok;
}

async function live(context: CliContext, home: string, yes: boolean): Promise<readonly Finding[]> {
  const aborter = new AbortController();
  const quiet = context.onSignal(() => aborter.abort());
  const agreed = yes || context.env['CROSSFEED_YES'] === '1';
  try {
    const { findings, credits } = await lookLive(context, { home, agreed, signal: aborter.signal });
    if (credits !== null) context.stderr.write(`Live: ${credits.toFixed(4)} credits were billed.\n`);
    return findings;
  } finally {
    quiet();
  }
}

interface Look {
  readonly checks: readonly Check[];
  readonly home: string;
  readonly clean: (text: string) => string;
}

async function look(context: CliContext, { checks, home, clean }: Look): Promise<readonly Finding[]> {
  const opened = openDoctorWorld(context, home);
  try {
    return await runChecks(checks, opened.world, { clock: systemClock, patienceMs, clean });
  } finally {
    await opened.close();
  }
}

function chosenChecks(only: readonly string[] | undefined): readonly Check[] {
  if (only === undefined) return allChecks;
  const unknown = only.find((id) => !allChecks.some((check) => check.id === id));
  if (unknown === undefined) return allChecks.filter(({ id }) => only.includes(id));
  throw new CliError(
    exitCode.usage,
    `There is no check "${unknown}"; there are ${allChecks.map(({ id }) => id).join(', ')}.`,
  );
}

async function writeReport(
  context: CliContext,
  file: string,
  findings: readonly Finding[],
  { home, clean }: Pick<Look, 'home' | 'clean'>,
): Promise<void> {
  const accounts = await withStore(context, { change: false }, async (store) =>
    store.accounts.list().flatMap(({ name, login }) => [name, login]),
  );
  const names = [context.env['USER'], context.env['USERNAME'], ...accounts].filter(
    (name) => typeof name === 'string' && name.length > 2,
  );
  const tidy = (text: string) => {
    const short = clean(text).replaceAll(home, '[home]').replaceAll(context.homedir, '~');
    return names.reduce<string>((less, name) => less.replaceAll(name ?? '', '[name]'), short);
  };
  const report = await makeReport(context, findings, { home, clean: tidy });
  await replaceFile(file, report, 0o600).catch((cause: unknown) => {
    throw new CliError(exitCode.failure, `${file} cannot be written.`, { cause });
  });
  context.stderr.write(`Written to ${file}. Look through it before you give it away.\n`);
}

const marks: Readonly<Record<FindingState, string>> = { ok: 'ok', warning: 'look', problem: 'wrong', skipped: '-' };

const colors = { ok: 'green', warning: 'yellow', problem: 'red', skipped: 'dim' } as const;

/** What is well in a line each; what is not with its cause and its cure. */
function write(context: CliContext, findings: readonly Finding[]): void {
  const paint = paintFor(context.colors);
  const width = Math.max(...findings.map(({ title }) => title.length));
  for (const { state, title, seen, cause, cure } of findings) {
    context.stdout.write(`${paint[colors[state]](marks[state].padEnd(5))} ${title.padEnd(width)}  ${seen}\n`);
    if (cause !== null) context.stdout.write(`${' '.repeat(width + 8)}${cause}\n`);
    if (cure !== null) context.stdout.write(`${' '.repeat(width + 8)}→ ${cure}\n`);
  }
  const count = (state: FindingState) => findings.filter((one) => one.state === state).length;
  const [wrong, warnings] = [count('problem'), count('warning')];
  const verdict =
    wrong > 0
      ? `${wrong} wrong, ${warnings} to look at.`
      : warnings > 0
        ? `Nothing wrong, ${warnings} to look at.`
        : 'All is well.';
  context.stdout.write(`\n${verdict}\n`);
}
