/** `crossfeed approvals`: the calls that wait for your word, and your word. */
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { ApprovalAnswer } from '../../canonical/approval.ts';
import { waitingLine, howToAnswer, parseAnswer } from '../approval-lines.ts';
import { askProxy } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { addExamples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import { writeJson } from '../table.ts';

interface JsonFlag {
  readonly json?: true;
}

/** A person does not wait for less. */
const lookEveryMs = 500;

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .command('list', { isDefault: true })
    .description('show the calls that wait, the oldest first')
    .option('--json', 'print JSON')
    .action((options: JsonFlag) => run(list(context, options)));
  command
    .command('allow <call>')
    .description('let a call go up')
    .option('--session', 'and all that follow in its session')
    .action((id: string, options: { readonly session?: true }) =>
      run(answer(context, id, options.session ? 'session' : 'allow')),
    );
  command
    .command('deny <call>')
    .description('refuse a call')
    .action((id: string) => run(answer(context, id, 'deny')));
  command
    .command('watch')
    .description('show calls as they begin to wait, and take answers on a terminal; until Ctrl-C')
    .action(() => run(watch(context)));
  addExamples(command, [
    ['crossfeed approvals', 'who waits'],
    ['crossfeed approvals allow 3', 'this call'],
    ['crossfeed approvals allow 3 --session', 'this call, and its session from now on'],
    ['crossfeed approvals watch', 'answer calls as they come, in a second terminal'],
  ]);
};

async function list(context: CliContext, { json }: JsonFlag): Promise<void> {
  const waiting = await askProxy(context, 'approvals', {});
  if (json) return writeJson(context, waiting);
  if (waiting.length === 0) context.stdout.write('No call waits.\n');
  for (const call of waiting) context.stdout.write(`${waitingLine(call)}\n`);
}

async function answer(context: CliContext, call: string, word: ApprovalAnswer): Promise<void> {
  const id = call.replace(/^#/, '');
  if (!/^\d{1,15}$/.test(id)) throw new CliError(exitCode.usage, `"${call}" is no number of a call.`);
  const { answered } = await askProxy(context, 'answerApproval', { id, answer: word });
  if (!answered) throw new CliError(exitCode.failure, `No call #${id} waits: \`crossfeed approvals\` lists them.`);
  const said = { allow: 'may go up', session: 'and its session may go up', deny: 'is denied' }[word];
  context.stdout.write(`Call #${id} ${said}.\n`);
}

/** Looks again and again: the socket answers, it does not call. */
async function watch(context: CliContext): Promise<void> {
  const ending = new AbortController();
  context.onSignal(() => ending.abort());
  const say = (text: string) => context.stdout.write(`${text}\n`);
  const shown = new Set<string>();
  let waiting = await askProxy(context, 'approvals', {});
  const takesAnswers = context.isTty.stdin;
  const lines = takesAnswers ? createInterface({ input: context.stdin, terminal: false }) : undefined;
  lines?.on('line', (line) => {
    const parsed = parseAnswer(line);
    const id = parsed?.id ?? waiting[0]?.id;
    if (parsed === undefined || id === undefined) return;
    answer(context, id, parsed.answer).catch((thrown: unknown) =>
      say(thrown instanceof Error ? thrown.message : String(thrown)),
    );
  });
  try {
    while (!ending.signal.aborted) {
      for (const call of waiting) {
        if (shown.has(call.id)) continue;
        shown.add(call.id);
        say(waitingLine(call));
        if (takesAnswers) say(`  ${howToAnswer}:`);
      }
      // Not by our own clock, whose timers let a program end.
      await wait(lookEveryMs, undefined, { signal: ending.signal }).catch(() => undefined);
      if (!ending.signal.aborted) waiting = await askProxy(context, 'approvals', {});
    }
  } finally {
    lines?.close();
  }
}
