/** `crossfeed replay`: plays a capsule again, and says what is another thing than then. */
import { readFile } from 'node:fs/promises';
import { readCapsule, type Capsule } from '../../canonical/capsule.ts';
import { createRedactor } from '../../observability/redact.ts';
import type { Comparison, ReplayReport } from '../../replay/replay-capsule.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { writeJson } from '../table.ts';

interface ReplayOptions {
  readonly against?: string;
  readonly key?: string;
  readonly json?: true;
}

type Report = ReplayReport | { readonly up: Comparison };

const maxShownValue = 160;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<file>', 'a capsule, as `crossfeed capsule` writes it')
    .option('--against <url>', 'ask a running Crossfeed at this address what it would send up; or: simulator')
    .option('--key <key>', 'the caller key there; the default one without it')
    .option('--json', 'print {"up","down"} as JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed replay call.json', 'offline, with this version: what goes up and comes down, against then'],
        ['crossfeed replay call.json --against simulator', 'with the models of the simulator'],
        [
          'crossfeed replay call.json --against http://127.0.0.1:4141',
          'with the settings of that proxy; nothing is sent up',
        ],
      ]),
    )
    .action((file: string, options: ReplayOptions) => run(replay(context, file, options)));
};

async function replay(context: CliContext, file: string, options: ReplayOptions): Promise<ExitCode> {
  const capsule = await readCapsuleFile(file);
  const report = await reportOf(context, capsule, options);
  if (options.json) writeJson(context, report);
  else context.stdout.write(shown(capsule, report));
  return Object.values(report).some(({ kind }: Comparison) => kind === 'different') ? exitCode.failure : exitCode.ok;
}

async function readCapsuleFile(file: string): Promise<Capsule> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CliError(exitCode.usage, `${file} cannot be read.`, { cause });
  });
  const read = readCapsule(text);
  if ('problem' in read) throw new CliError(exitCode.failure, read.problem);
  return read.capsule;
}

/** The proxy's code is loaded only for a file that is a capsule. */
async function reportOf(context: CliContext, capsule: Capsule, { against, key }: ReplayOptions): Promise<Report> {
  if (against === undefined) {
    const { replayCapsule } = await import('../../replay/replay-capsule.ts');
    return replayCapsule(capsule);
  }
  const { replayAgainst } = await import('../replay-against.ts');
  return { up: await replayAgainst(context, capsule, against, key) };
}

function shown({ record, versions, madeAt }: Capsule, report: Report): string {
  const redactor = createRedactor();
  const lines = [
    `exchange  ${record.id}`,
    `made by   Crossfeed ${versions.crossfeed}, ${madeAt}`,
    `then      ${record.route} as ${record.model ?? record.askedModel ?? 'no model'}, ${record.lane ?? 'not sent'}, ${record.errorCode ?? record.outcome}`,
    ...record.edits.map(({ rule, reason }) => `edit      ${rule}: ${reason}`),
    '',
    ...linesOf('What goes up', report.up),
    ...('down' in report ? linesOf('What comes down', report.down) : []),
  ];
  return lines.map((line) => `${redactor.redact(line)}\n`).join('');
}

function linesOf(what: string, comparison: Comparison): readonly string[] {
  switch (comparison.kind) {
    case 'same':
      return [`${what} is the same as then.`];
    case 'unknown':
      return [`${what} cannot be compared: ${comparison.why}`];
    case 'different':
      return [
        `${what} is another thing than then:`,
        ...comparison.differences.flatMap(({ path, before, after }) => [
          `  ${path === '' ? '(all of it)' : path}`,
          `    then  ${short(before)}`,
          `    now   ${short(after)}`,
        ]),
      ];
  }
}

function short(value: unknown): string {
  if (value === undefined) return '(nothing)';
  const text = JSON.stringify(value);
  return text.length > maxShownValue ? `${text.slice(0, maxShownValue)} … (${text.length} characters)` : text;
}
