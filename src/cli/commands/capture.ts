/** `crossfeed capture`: prompts and answers that were kept, where their owner switched that on. */
import type { Command } from 'commander';
import type { Capture, CapturedText } from '../../canonical/capture.ts';
import { createRedactor } from '../../observability/redact.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { writeJson, writeTable } from '../table.ts';
import { timeText } from '../time-text.ts';
import { withStore } from '../with-store.ts';

interface ListOptions {
  readonly limit: string;
  readonly json?: true;
}

interface DeleteOptions {
  readonly all?: true;
  readonly json?: true;
}

const maxListed = 10_000;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .command('list', { isDefault: true })
    .description('the kept exchanges, the newest first')
    .option('--limit <count>', 'how many', '50')
    .option('--json', 'print JSON')
    .action((options: ListOptions) => run(list(context, options)));
  command
    .command('show <id>')
    .description('request, what went up, edits and answer of an exchange')
    .option('--json', 'print JSON')
    .action((id: string, options: { readonly json?: true }) => run(show(context, id, options.json)));
  command
    .command('delete [id]')
    .description('delete what was kept of an exchange, or everything')
    .option('--all', 'everything')
    .option('--json', 'print JSON')
    .action((id: string | undefined, options: DeleteOptions, _own: Command) => run(remove(context, id, options)));
  addExamples(command, [
    ['crossfeed config set capture.enabled true', 'keep prompts and answers from the next start on; --unset ends it'],
    ['crossfeed keys add debug --capture', 'a key whose calls alone are kept'],
    ['crossfeed capture list', 'what was kept; the ids are those of x-crossfeed-exchange'],
    ['crossfeed capture show cf-…', 'the request, what went up, and the answer'],
    ['crossfeed capture delete --all', 'nothing is kept any more'],
  ]);
};

async function list(context: CliContext, { limit, json }: ListOptions): Promise<void> {
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > maxListed)
    throw new CliError(exitCode.usage, `--limit takes a number from 1 to ${maxListed}, not "${limit}".`);
  const captures = await withStore(context, { change: false }, async (store) => store.captures.list(count));
  if (json) return writeJson(context, captures);
  const redactor = createRedactor();
  const rows = captures.map(({ exchangeId, at, keyId, route, model, outcome, status, bytes }) =>
    [exchangeId, timeText(at), keyId, route, model ?? '', `${outcome} ${status}`, `${Math.ceil(bytes / 1024)} kB`].map(
      (cell) => redactor.redact(cell),
    ),
  );
  writeTable(context, rows, { headings: ['exchange', 'at', 'key', 'route', 'model', 'outcome', 'size'] });
}

async function show(context: CliContext, id: string, json?: true): Promise<void> {
  const found = await withStore(context, { change: false }, async (store) => store.captures.find(id));
  if (found === undefined) throw missing(id);
  if (json) return writeJson(context, found);
  context.stdout.write(shown(found));
}

async function remove(context: CliContext, id: string | undefined, { all, json }: DeleteOptions): Promise<void> {
  if ((id === undefined) === (all === undefined))
    throw new CliError(exitCode.usage, 'Say which: the id of an exchange, or --all.');
  const deleted = await withStore(context, { change: false }, async (store) => store.captures.delete(id));
  if (deleted === 0 && id !== undefined) throw missing(id);
  if (json) return writeJson(context, { deleted });
  context.stdout.write(`${deleted} ${deleted === 1 ? 'exchange is' : 'exchanges are'} deleted.\n`);
}

function missing(id: string): CliError {
  const name = createRedactor().redact(id);
  return new CliError(exitCode.failure, `Nothing is kept of an exchange ${name}; \`crossfeed capture list\` has them.`);
}

/** What others wrote cannot move the cursor; its lines stay lines. */
function shown({ request, sent, received, answer, edits, ...about }: Capture): string {
  const redactor = createRedactor();
  const clean = (text: string) =>
    text
      .split('\n')
      .map((line) => redactor.redact(line))
      .join('\n');
  const part = (name: string, value: CapturedText | null) =>
    value === null
      ? `\n== ${name}: nothing\n`
      : `\n== ${name}: ${value.bytes} bytes${value.isCut ? ', cut' : ''}\n${clean(value.text)}\n`;
  const isSame = (one: CapturedText | null, other: CapturedText) =>
    one?.text === other.text && one.bytes === other.bytes;
  return [
    ...Object.entries(about).map(([name, value]) => `${name.padEnd(11)} ${redactor.redact(String(value))}\n`),
    ...edits.map(({ rule, reason }) => `edit        ${rule}: ${redactor.redact(reason)}\n`),
    part('request', request),
    isSame(sent, request) ? '\n== sent up: the same\n' : part('sent up', sent),
    ...(received === null || isSame(received, answer) ? [] : [part('came back', received)]),
    part('answer', answer),
  ].join('');
}
