/** The commands by name, and the way from an argument list to an exit code. */
import { Command, CommanderError } from 'commander';
import type { CliContext } from './cli-context.ts';
import type { CommandModule } from './command.ts';
import { examples } from './command.ts';
import { exitCode } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import { explainFailure } from './explain-failure.ts';
import { knownSecrets } from './known-secrets.ts';

export interface CommandEntry {
  readonly name: string;
  /** What other programs of this kind call it. */
  readonly alias?: string;
  readonly summary: string;
  load(): Promise<CommandModule>;
}

/** A command's file is loaded only when it is the one that runs: `status` must not wait for the proxy's code. */
const entries: readonly CommandEntry[] = [
  { name: 'start', summary: 'start the proxy (the default command)', load: () => import('./commands/start.ts') },
  { name: 'login', alias: 'auth', summary: 'sign in to GitHub', load: () => import('./commands/login.ts') },
  { name: 'logout', summary: 'forget an account and its token', load: () => import('./commands/logout.ts') },
  { name: 'accounts', summary: 'list who is signed in', load: () => import('./commands/accounts.ts') },
  {
    name: 'use',
    summary: 'choose the account of new keys, or of one key',
    load: () => import('./commands/use.ts'),
  },
  { name: 'demo', summary: 'see a streamed answer without a GitHub login', load: () => import('./commands/demo.ts') },
  {
    name: 'status',
    alias: 'debug',
    summary: 'show what the proxy and its accounts do',
    load: () => import('./commands/status.ts'),
  },
  {
    name: 'usage',
    summary: 'show what is left of the seat, and what was spent',
    load: () => import('./commands/usage.ts'),
  },
  {
    name: 'sessions',
    summary: 'list conversations and what they cost',
    load: () => import('./commands/sessions.ts'),
  },
  {
    name: 'session',
    summary: 'show what happened in one conversation',
    load: () => import('./commands/session.ts'),
  },
  {
    name: 'export',
    summary: 'print the ledger as CSV or JSON, an exchange a row',
    load: () => import('./commands/export.ts'),
  },
  {
    name: 'check-usage',
    summary: 'show the quota alone',
    load: () => import('./commands/check-usage.ts'),
  },
  {
    name: 'budget',
    summary: 'show, set, raise and remove what calls may cost',
    load: () => import('./commands/budget.ts'),
  },
  {
    name: 'approvals',
    summary: 'answer the calls that wait for your word',
    load: () => import('./commands/approvals.ts'),
  },
  { name: 'models', summary: 'list the models of the seat; accept terms', load: () => import('./commands/models.ts') },
  {
    name: 'preview',
    summary: 'show what a request would become; send nothing',
    load: () => import('./commands/preview.ts'),
  },
  {
    name: 'estimate',
    summary: 'show what a request would cost; send nothing',
    load: () => import('./commands/estimate.ts'),
  },
  {
    name: 'statusline',
    summary: 'print one line for the status line of Claude Code',
    load: () => import('./commands/statusline.ts'),
  },
  { name: 'ui', summary: 'open the dashboard in your browser', load: () => import('./commands/ui.ts') },
  { name: 'doctor', summary: 'say what is wrong, and what to do about it', load: () => import('./commands/doctor.ts') },
  { name: 'stop', summary: 'stop the running proxy after its answers', load: () => import('./commands/stop.ts') },
  { name: 'logs', summary: 'show recent exchanges', load: () => import('./commands/logs.ts') },
  {
    name: 'capture',
    summary: 'show and delete kept prompts and answers',
    load: () => import('./commands/capture.ts'),
  },
  {
    name: 'capsule',
    summary: 'write one exchange into a file that can be given away',
    load: () => import('./commands/capsule.ts'),
  },
  {
    name: 'replay',
    summary: 'play a capsule again, and say what differs',
    load: () => import('./commands/replay.ts'),
  },
  { name: 'run', summary: 'start a tool on your seat, this once', load: () => import('./commands/run.ts') },
  { name: 'keys', summary: 'show, make, list and revoke keys', load: () => import('./commands/keys.ts') },
  { name: 'connect', summary: 'lead a tool here by its own settings', load: () => import('./commands/connect.ts') },
  {
    name: 'disconnect',
    summary: 'take out of a tool what connect wrote',
    load: () => import('./commands/disconnect.ts'),
  },
  { name: 'env', summary: 'print the lines that lead a tool here', load: () => import('./commands/env.ts') },
  {
    name: 'resume',
    summary: 'let a blocked account go on',
    load: () => import('./commands/resume.ts'),
  },
  {
    name: 'forget',
    summary: 'forget what was learned from refusals',
    load: () => import('./commands/forget.ts'),
  },
  {
    name: 'probe',
    summary: 'ask your seat what is disputed of Copilot',
    load: () => import('./commands/probe.ts'),
  },
  { name: 'config', summary: 'show, check and change settings', load: () => import('./commands/config.ts') },
  {
    name: 'simulate',
    summary: 'run a simulated GitHub Copilot for tests',
    load: () => import('./commands/simulate.ts'),
  },
  {
    name: 'service',
    summary: 'let the system start the proxy when you log in',
    load: () => import('./commands/service.ts'),
  },
  {
    name: 'completion',
    summary: 'print what makes your shell complete these commands',
    load: () => import('./commands/completion.ts'),
  },
];

/** What a command may be called, aliases too. */
export const commandNames: readonly string[] = entries.flatMap(({ name, alias }) =>
  alias === undefined ? [name] : [name, alias],
);

/** Never throws: what goes wrong is printed on `stderr` and becomes the exit code. */
export async function runProgram(args: readonly string[], context: CliContext): Promise<ExitCode> {
  let code: ExitCode = exitCode.ok;
  const run = async (outcome: Promise<ExitCode | void>): Promise<void> => {
    code = (await outcome) ?? exitCode.ok;
  };
  const argv = withDefaultCommand(args);
  const wanted = argv[0] === 'help' ? argv[1] : argv[0];
  try {
    // Completion has to know them all.
    const isWanted = ({ name, alias }: CommandEntry) => wanted === 'completion' || name === wanted || alias === wanted;
    const program = await createProgram(context, run, isWanted);
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (thrown) {
    // Commander has printed its own message already; help and version arrive here too, with 0.
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? exitCode.ok : exitCode.usage;
    const failure = explainFailure(thrown, knownSecrets(context.env));
    for (const line of failure.lines) context.stderr.write(`crossfeed: ${line}\n`);
    return failure.exitCode;
  }
}

/** The commands as commander has them; of those that are not wanted, name and summary alone. */
export async function createProgram(
  context: CliContext,
  run: Parameters<CommandModule['define']>[2],
  isWanted: (entry: CommandEntry) => boolean,
): Promise<Command> {
  const program = new Command('crossfeed');
  program
    .description('Your own GitHub Copilot seat as the OpenAI, Anthropic, Gemini and Ollama APIs.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text.replace(/^error: /, 'crossfeed: ')),
    })
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText(
      'after',
      examples([
        ['crossfeed demo', 'no login needed: watch an answer stream through the proxy'],
        ['crossfeed login', 'sign in to GitHub, once'],
        ['crossfeed', 'start on http://127.0.0.1:4141'],
        ['crossfeed start --simulate', 'start without GitHub, on a simulated Copilot'],
        ['crossfeed status --json', 'for scripts'],
      ]),
    );
  for (const entry of entries) {
    const command = program.command(entry.name).description(entry.summary);
    if (entry.alias !== undefined) command.alias(entry.alias);
    if (isWanted(entry)) (await entry.load()).define(command, context, run);
  }
  return program;
}

/** `crossfeed` and `crossfeed -p 4242` mean `start`; only help and version stand for themselves. */
function withDefaultCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined) return ['start'];
  if (!first.startsWith('-') || ['-h', '--help', '-V', '--version'].includes(first)) return args;
  return ['start', ...args];
}
