/** `crossfeed statusline`: one line for Claude Code, which runs it every few hundred ms; nothing heavy is loaded here. */
import { objectOf, parseJson } from '../../canonical/json-value.ts';
import type { SessionLine } from '../../canonical/session-line.ts';
import { ControlError } from '../../control/control-error.ts';
import { callControl } from '../../control/control-client.ts';
import { controlPlace } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { paintFor } from '../paint.ts';
import { statusLine } from '../status-line.ts';

/** Of a server that is there: its first answer takes it longest. Claude Code waits, and shows a late line all the same. */
const patienceMs = 1_000;
/** Longer is not what Claude Code writes. */
const maxInputBytes = 1024 * 1024;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .option('--session <id>', 'the session, where standard input does not say it')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples([
        [
          '"statusLine": { "type": "command", "command": "crossfeed statusline" }',
          "in Claude Code's settings.json: credits of the session, cache, cap",
        ],
        ['crossfeed statusline --session 7f4c…', 'for another tool, with the id that it sends'],
      ]),
    )
    .action((options: StatuslineOptions) => run(print(context, options)));
};

interface StatuslineOptions {
  readonly session?: string;
  readonly json?: true;
}

/** Always a line, and always 0: anything else blanks the place where it stands. */
async function print(context: CliContext, { session, json }: StatuslineOptions): Promise<void> {
  const marker = session ?? markerIn(await readInput(context));
  const answer = marker === undefined ? 'no session was named' : await ask(context, marker);
  if (json) {
    context.stdout.write(`${JSON.stringify(typeof answer === 'string' ? { problem: answer } : answer)}\n`);
    return;
  }
  // Claude Code reads from a pipe and shows colours all the same.
  const paint = paintFor(!context.env['NO_COLOR'] && context.env['TERM'] !== 'dumb');
  const line = typeof answer === 'string' ? paint.dim(`crossfeed: ${answer}`) : statusLine(answer, paint, Date.now());
  context.stdout.write(`${line}\n`);
}

async function ask(context: CliContext, marker: string): Promise<SessionLine | string> {
  try {
    return await callControl({ ...controlPlace(context), timeoutMs: patienceMs }, 'sessionLine', { marker });
  } catch (thrown) {
    if (!(thrown instanceof ControlError)) return 'no answer';
    return thrown.code === 'not_running' ? 'not running' : 'no answer';
  }
}

function markerIn(input: string): string | undefined {
  const id = objectOf(parseJson(input))['session_id'];
  return typeof id === 'string' && id !== '' && id.length <= 300 ? id : undefined;
}

/** A terminal has nothing to say here. */
async function readInput({ stdin, isTty }: CliContext): Promise<string> {
  if (isTty.stdin) return '';
  let input = '';
  for await (const piece of stdin) {
    input += Buffer.from(piece as Uint8Array | string).toString('utf8');
    if (input.length > maxInputBytes) break;
  }
  return input;
}
