/** `crossfeed start`: runs the proxy until a signal. */
import { networkInterfaces } from 'node:os';
import { Option } from 'commander';
import type { Command } from 'commander';
import { systemClock } from '../../base/clock.ts';
import type { Config, ServerConfig } from '../../config/config.ts';
import type { CliContext } from '../cli-context.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { askProxy } from '../ask-proxy.ts';
import { boundYoungMemory } from '../bound-young-memory.ts';
import { callerKeyFromEnvironment } from '../caller-key.ts';
import { readDefaultKey } from '../default-key.ts';
import { addDoorFlags } from '../door-flags.ts';
import type { ExitCode } from '../exit-code.ts';
import { takeFirstRunNotice } from '../first-run-notice.ts';
import type { Launched, LaunchOptions } from '../launch.ts';
import { addOldHabits, readOldHabits } from '../old-habits.ts';
import type { OldHabits } from '../old-habits.ts';
import { networkUrls } from '../network-urls.ts';
import { prepareDoor } from '../prepare-door.ts';
import { playedScenario } from '../played-scenario.ts';
import type { ResolvedAccount } from '../resolve-accounts.ts';
import { announceClaude } from '../claude-command.ts';
import { readStartFlags } from '../start-flags.ts';
import type { StartOptions } from '../start-flags.ts';
import { paintFor } from '../paint.ts';
import { trustSystemFor } from '../trust-system.ts';
import { roadText, welcomeText } from '../welcome.ts';

export const define: CommandModule['define'] = (command: Command, context, run) => {
  command
    .option('--host <address>', 'the address to listen on; beyond this machine it takes TLS, --lan or --behind-proxy')
    .option('-p, --port <number>', 'the port to listen on; 0 takes a free one')
    .option('--ready-file <file>', 'write {"pid","port","url"} there when requests are accepted')
    .option('--github-token-stdin', 'take the GitHub token from standard input, this time only')
    .option('--simulate [scenario]', 'answer from a simulated GitHub Copilot in this process; needs no login')
    .option('-v, --verbose', 'log what happens to each exchange, not only how it ended')
    .option('--log-format <format>', 'json or pretty')
    .option('--json', 'the same as --log-format json')
    .option('--log-file <file>', 'log into a file too, rotated')
    .option('--github-url <url>', 'where people sign in')
    .option('--github-api-url <url>', 'where tokens are exchanged')
    .option('--copilot-api-url <url>', 'where model calls go')
    .option('--no-pace', 'do not pace calls to GitHub: for tests on a simulator')
    .option('--fetch-images', 'fetch images and documents that callers name by their address')
    .option('--set <setting=value>', 'any other setting; may be repeated', collect)
    .addOption(new Option('--for-runs', 'end with the last `crossfeed run`').hideHelp())
    .addHelpText(
      'after',
      examples([
        ['crossfeed start', 'on http://127.0.0.1:4141, after `crossfeed login`'],
        ['CROSSFEED_GITHUB_TOKEN=… crossfeed start', 'with a token, and no login'],
        ['crossfeed start --simulate -p 0', 'no login, any free port'],
        ['crossfeed start --log-format json --log-file proxy.log', 'as a service'],
        ['crossfeed start --host 0.0.0.0 --lan', 'for the other machines at home, which need a key'],
        ['crossfeed start --set limits.drainMs=5000', 'one setting, this time only'],
      ]),
    )
    .action((options: StartOptions) => run(start(context, options)));
  addDoorFlags(command);
  addOldHabits(command);
};

function collect(value: string, earlier: readonly string[] = []): string[] {
  return [...earlier, value];
}

async function start(context: CliContext, options: StartOptions): Promise<ExitCode> {
  boundYoungMemory();
  const [{ loadConfig }, { ensureHome, resolveHome }] = await Promise.all([
    import('../../config/load-config.ts'),
    import('../../config/home.ts'),
  ]);
  const home = resolveHome(context.env, context.homedir);
  const habits = readOldHabits(options);
  const loaded = await loadConfig({ home, env: context.env, flags: await readStartFlags(options) });
  const door = await prepareDoor(loaded.config);
  // Before the folder is made: a variable that is wrong leaves no trace.
  await callerKeyFromEnvironment(context.env);
  const warnings = [...loaded.warnings, ...door.notices, ...habits.notices, ...(await ensureHome(home))];
  const readApiKey = async () => (await readDefaultKey(context)).key;
  const apiKey = await readApiKey();

  const [{ launch }, { runUntilSignal }, { refuseSecondProxy }, { prepareReadyFile }] = await Promise.all([
    import('../launch.ts'),
    import('../run-until-signal.ts'),
    import('../serve-control.ts'),
    import('../ready-file.ts'),
  ]);
  const simulate = options.simulate ? await playedScenario('--simulate', options.simulate) : null;
  await refuseSecondProxy(context, home);
  if (!options.simulate) trustSystemFor(door.config);
  const readyFile = options.readyFile === undefined ? null : await prepareReadyFile(options.readyFile, context.pid);
  const launched = await launch({
    context,
    home,
    config: door.config,
    tls: door.tls,
    configFile: loaded.file,
    sources: loaded.sources,
    apiKey,
    readApiKey,
    accounts: accountsOf(withTokenOf(habits, context), door.config, options, warnings),
    simulate,
  });
  const ended = runUntilSignal(context, launched);
  let endAsking = (): void => undefined;
  let endWatching = (): void => undefined;
  try {
    announce({
      context,
      format: loaded.config.log.format,
      launched,
      server: door.config.server,
      apiKey,
      simulate: simulate !== null,
    });
    for (const warning of warnings) launched.log.warn(warning);
    if (options.claudeCode) await announceClaude(context, launched, apiKey, door.config.log.format);
    // Of a proxy behind a run nobody reads a word: the run itself says it.
    if (!options.simulate && !options.forRuns) noticeOnce(context, loaded.config.log.format, launched);
    await readyFile?.write(launched);
    if (context.isTty.stdin) {
      const { approveInTerminal } = await import('../approve-in-terminal.ts');
      endAsking = approveInTerminal(context, launched.proxy.spending.approvals);
    }
  } catch (thrown) {
    await launched.closeNow();
    throw thrown;
  }
  if (options.forRuns) {
    const { watchRuns } = await import('../run-lease.ts');
    endWatching = watchRuns(home, () => void askProxy(context, 'stop', { now: true }).catch(() => launched.closeNow()));
  }
  const code = await ended;
  endWatching();
  endAsking();
  await readyFile?.remove();
  return code;
}

/** What `-g` says goes before every variable. */
function withTokenOf({ githubToken }: OldHabits, context: CliContext): CliContext {
  return githubToken === null ? context : { ...context, env: { ...context.env, CROSSFEED_GITHUB_TOKEN: githubToken } };
}

/** Who is signed in. Only at the start itself somebody may be asked, or standard input be read; not after a logout. */
function accountsOf(
  context: CliContext,
  config: Config,
  options: StartOptions,
  warnings: string[],
): LaunchOptions['accounts'] {
  let fromStdin: string | undefined;
  let known: readonly ResolvedAccount[] | undefined;
  return async (store) => {
    const [{ resolveAccounts }, { readTokenLine }] = await Promise.all([
      import('../resolve-accounts.ts'),
      import('../read-token-line.ts'),
    ]);
    if (options.githubTokenStdin) fromStdin ??= await readTokenLine(context);
    const canAsk = known === undefined && context.isTty.stdin && context.isTty.stderr;
    const { accounts, notices } = await resolveAccounts(context, store, config, {
      ...(known === undefined ? {} : { known }),
      ...(fromStdin === undefined ? {} : { tokenFromStdin: fromStdin }),
      ...(canAsk ? { signIn: async () => (await import('../offer-login.ts')).offerLogin(context, config, store) } : {}),
    });
    if (known === undefined) warnings.push(...notices);
    known = accounts;
    return accounts.map(({ account, token }) => ({ account, githubToken: token }));
  };
}

/** The risk, the first time that GitHub itself will be asked. */
function noticeOnce(context: CliContext, format: 'json' | 'pretty', launched: Launched): void {
  const lines = takeFirstRunNotice(launched.facts, systemClock.now());
  if (lines === null) return;
  if (format === 'json') launched.log.info('First run', { notice: lines });
  else context.stdout.write(`\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

interface Announcement {
  readonly context: CliContext;
  readonly format: 'json' | 'pretty';
  readonly launched: Launched;
  readonly server: ServerConfig;
  readonly apiKey: string;
  readonly simulate: boolean;
}

/** A person gets the lines to paste, a program one line of its log. The key is shown on a terminal only. */
function announce({ context, format, launched, server, apiKey, simulate }: Announcement): void {
  const { upstream, ollamaUrl, metricsUrl } = launched.proxy.status();
  const { url } = launched;
  if (format === 'json') {
    launched.log.info('Ready', {
      url,
      ...(ollamaUrl === null ? {} : { ollamaUrl }),
      ...(metricsUrl === null ? {} : { metricsUrl }),
      pid: context.pid,
      version: context.version,
      road: upstream.road,
      simulate,
    });
    return;
  }
  const { isTty } = context;
  context.stdout.write(
    welcomeText({
      version: context.version,
      url,
      ollamaUrl,
      elsewhere: networkUrls(server, launched.port, networkInterfaces()),
      key: isTty.stdout ? apiKey : null,
      // A code that nobody sees is not made.
      ...(server.dashboard ? { dashboard: isTty.stdout ? launched.proxy.dashboardLink() : null } : {}),
      road: simulate ? 'simulated: nothing leaves this machine' : roadText(upstream),
      paint: paintFor(context.colors),
    }),
  );
}
