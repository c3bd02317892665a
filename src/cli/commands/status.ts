/** `crossfeed status`: what the running proxy says of itself. */
import type { ServerStatus } from '../../control/contract.ts';
import { createRedactor } from '../../observability/redact.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { writeJson, writeTable } from '../table.ts';
import { roadText } from '../welcome.ts';

interface StatusOptions {
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        ['crossfeed status', 'a table; exit 1 if nothing runs'],
        ['crossfeed status | grep ^url', 'plain columns, separated by tabs'],
        ['crossfeed status --json', 'for scripts'],
      ]),
    )
    .action((options: StatusOptions) => run(status(context, options)));
};

async function status(context: CliContext, options: StatusOptions): Promise<void> {
  const answer = await askProxy(context, 'status', {});
  if (options.json) return writeJson(context, answer);
  const redactor = createRedactor();
  writeTable(
    context,
    rowsOf(answer).map(([name, value]) => [name, redactor.redact(value)]),
  );
}

function rowsOf(answer: ServerStatus): readonly (readonly [string, string])[] {
  const { upstream, counters } = answer;
  return [
    ['state', answer.draining ? 'draining' : 'running'],
    ['url', answer.url],
    ['pid', String(answer.pid)],
    ['version', answer.version],
    ['since', timeText(answer.startedAt)],
    ['config', answer.configFile ?? 'defaults'],
    ['upstream', upstream.ready ? 'ready' : `not ready${upstream.problem ? `: ${upstream.problem.message}` : ''}`],
    ['road', roadText(upstream)],
    ['api version', upstream.apiVersion],
    ['bearer', bearerText(upstream)],
    ['open', String(answer.openExchanges)],
    ['exchanges', `${counters.exchanges} (${counters.failed} failed, ${counters.canceled} canceled)`],
  ];
}

function bearerText({ bearerSince, bearerExpires }: ServerStatus['upstream']): string {
  if (bearerSince === null) return 'none yet';
  return `since ${timeText(bearerSince)}${bearerExpires === null ? '' : `, until ${timeText(bearerExpires)}`}`;
}

/** Sortable, and the same in every locale. */
function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
