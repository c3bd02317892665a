/** `crossfeed logs`: recent exchanges of the running proxy, and those that end from now on. */
import type { ExchangeRecord } from '../../canonical/exchange-record.ts';
import { watchEvents } from '../../control/control-client.ts';
import { exchangeLine, ruleNames } from '../../observability/exchange-line.ts';
import { createRedactor } from '../../observability/redact.ts';
import { askProxy, controlPlace } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { paintFor } from '../paint.ts';
import { writeJson } from '../table.ts';

interface LogsOptions {
  readonly lines: string;
  readonly follow?: true;
  readonly session?: string;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('-n, --lines <number>', 'how many exchanges', '20')
    .option('-f, --follow', 'go on with every exchange that ends, until Ctrl-C')
    .option('--session <id>', 'only those of one session; the beginning of its id is enough')
    .option('--json', 'print JSON; with --follow one object a line')
    .addHelpText(
      'after',
      examples([
        ['crossfeed logs', 'the last 20 exchanges, the newest at the end'],
        ['crossfeed logs -f', 'and then each new one'],
        ['crossfeed logs --session 3fa9c1ab', 'one conversation of a client; a line begins with time and session'],
        ['crossfeed logs -n 500 | cut -f3 | sort | uniq -c', 'in a pipe: columns separated by tabs'],
      ]),
    )
    .action((options: LogsOptions) => run(logs(context, options)));
};

async function logs(context: CliContext, options: LogsOptions): Promise<ExitCode> {
  const limit = Number(options.lines);
  if (!Number.isInteger(limit) || limit < 1 || limit > 10_000) {
    throw new CliError(exitCode.usage, `--lines takes a number from 1 to 10000, not ${options.lines}.`);
  }
  const { session } = options;
  if (session !== undefined && !/^[0-9a-f]{1,16}$/.test(session)) {
    throw new CliError(exitCode.usage, `--session takes the id of a session, as a line shows it, not ${session}.`);
  }
  const asked = { limit, ...(session === undefined ? {} : { session }) };
  const write = (record: ExchangeRecord) => {
    if (session !== undefined && !record.session.startsWith(session)) return;
    context.stdout.write(`${lineOf(record, context, options)}\n`);
  };
  if (!options.follow) {
    const records = (await askProxy(context, 'exchanges', asked)).toReversed();
    if (options.json) writeJson(context, records);
    else for (const record of records) write(record);
    return exitCode.ok;
  }

  const left = new AbortController();
  const release = context.onSignal(() => left.abort());
  context.stdout.once('close', () => left.abort());
  // Watched before the past is read: nothing that ends in between is lost, and its id tells what was seen.
  const seen = new Set<string>();
  let past: Promise<void> | undefined;
  const waiting: ExchangeRecord[] = [];
  await watchEvents(
    {
      ...controlPlace(context),
      signal: left.signal,
      onOpen() {
        past = askProxy(context, 'exchanges', asked).then((records) => {
          for (const record of records.toReversed()) {
            seen.add(record.id);
            write(record);
          }
          for (const record of waiting.splice(0)) if (!seen.has(record.id)) write(record);
          past = undefined;
        });
        past.catch(() => left.abort());
      },
    },
    (record) => {
      if (past === undefined) write(record);
      else waiting.push(record);
    },
  );
  await past;
  release();
  return left.signal.aborted && context.stdout.writable ? exitCode.interrupted : exitCode.ok;
}

const redactor = createRedactor();

/** A caller chose some of these words: what would move the cursor is spelled out. */
function cleaned(record: ExchangeRecord): ExchangeRecord {
  const clean = (text: string | null) => (text === null ? null : redactor.redact(text));
  return {
    ...record,
    askedModel: clean(record.askedModel),
    model: clean(record.model),
    session: redactor.redact(record.session),
    errorMessage: clean(record.errorMessage),
  };
}

function lineOf(record: ExchangeRecord, context: CliContext, options: LogsOptions): string {
  if (options.json) return JSON.stringify(record);
  const clean = cleaned(record);
  const time = new Date(record.startedAt);
  if (!context.isTty.stdout) return columnsOf(clean, time).join('\t');
  const paint = paintFor(context.colors);
  return `${paint.dim(`${localTime(time)}  ${clean.session.slice(0, 8)}`)}  ${exchangeLine(clean, paint)}`;
}

/** Time, id, status, outcome, route, model, lane, ms, input, cached, output, credits, error, edits, session; empty is unknown. */
function columnsOf(record: ExchangeRecord, time: Date): string[] {
  const { usage } = record;
  const credits = usage?.costNanoAiu == null ? null : usage.costNanoAiu / 1e9;
  return [
    time.toISOString(),
    record.id,
    record.status,
    record.outcome,
    record.route,
    record.model ?? record.askedModel,
    record.lane,
    record.durationMs,
    usage?.inputTokens,
    usage?.cacheReadTokens,
    usage?.outputTokens,
    credits,
    record.errorCode,
    ruleNames(record).join(','),
    record.session,
  ].map((cell) => String(cell ?? '').replaceAll('\t', ' '));
}

/** E.g. `11-22 16:55:35`. */
function localTime(time: Date): string {
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(time.getMonth() + 1)}-${two(time.getDate())} ${time.toTimeString().slice(0, 8)}`;
}
