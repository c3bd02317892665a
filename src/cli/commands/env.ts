/** `crossfeed env`: the lines that lead a tool to the proxy, ready for a shell. */
import { platform } from 'node:os';
import { loadConfig } from '../../config/load-config.ts';
import { resolveHome } from '../../config/home.ts';
import { pastNetworkProxy } from '../../connect/past-network-proxy.ts';
import { toolAliases, toolIds } from '../../connect/tools.ts';
import { shownHost } from '../../http/bind-policy.ts';
import { askIfRunning } from '../ask-proxy.ts';
import type { CliContext } from '../cli-context.ts';
import { CliError } from '../cli-error.ts';
import { examples } from '../command.ts';
import type { CommandModule } from '../command.ts';
import { readDefaultKey } from '../default-key.ts';
import { exitCode } from '../exit-code.ts';
import { findTool } from '../find-tool.ts';
import { likelyShell, shellLine, shells } from '../shell-lines.ts';
import type { Shell } from '../shell-lines.ts';
import { writeJson } from '../table.ts';
import { toolLines } from '../tool-lines.ts';

interface EnvOptions {
  readonly shell?: string;
  readonly model?: string;
  readonly url?: string;
  readonly json?: true;
}

export const define: CommandModule['define'] = (command, context, run) => {
  command
    .argument('<tool>', `one of ${toolIds.join(', ')}; ${toolAliases.join(', ')} mean the same tools`)
    .option('--shell <shell>', `${shells.join(', ')}; the one you use without it`)
    .option('--model <id>', 'a model to start with')
    .option('--url <url>', 'where the proxy is, if not where it runs now or by the settings')
    .option('--json', 'print variables and notes as JSON')
    .addHelpText(
      'after',
      examples([
        ['eval "$(crossfeed env claude-code)"', 'then `claude` asks your seat'],
        ['crossfeed env codex', 'the key, and how to start codex'],
        ['crossfeed env opencode --shell fish | source', 'in fish'],
        ['crossfeed env copilot --model gpt-5.2 --json', 'for scripts'],
      ]),
    )
    .action((tool: string, options: EnvOptions) => run(printEnv(context, tool, options)));
};

async function printEnv(context: CliContext, name: string, options: EnvOptions): Promise<void> {
  const tool = findTool(name);
  const shell = readShell(options.shell) ?? likelyShell(context.env);
  if (options.model !== undefined && !/^[\w./:-]{1,200}$/.test(options.model)) {
    throw new CliError(exitCode.usage, '--model takes a model id; `crossfeed models` lists them.');
  }
  const url = await proxyUrl(context, options.url);
  const { key } = await readDefaultKey(context);
  const { env, homedir } = context;
  const { variables, notes } = toolLines(tool, {
    url,
    key,
    model: options.model ?? null,
    env,
    homedir,
    platform: platform(),
  });
  const all = { ...variables, ...pastNetworkProxy({ env, url }) };
  if (options.json) return writeJson(context, { tool: tool.id, variables: all, notes });
  const lines = Object.entries(all).map(([variable, value]) => shellLine(shell, variable, value));
  // Comments: `eval` passes over them, a person reads them.
  context.stdout.write([...lines, ...notes.map((note) => `# ${note}`), ''].join('\n'));
}

function readShell(shell: string | undefined): Shell | undefined {
  if (shell === undefined) return undefined;
  const found = shells.find((one) => one === shell);
  if (found !== undefined) return found;
  throw new CliError(exitCode.usage, `--shell takes ${shells.join(', ')}, not "${shell}".`);
}

/** Where it runs, else where it would run. */
async function proxyUrl(context: CliContext, given: string | undefined): Promise<string> {
  if (given !== undefined) {
    if (URL.canParse(given) && /^https?:$/.test(new URL(given).protocol)) return new URL(given).origin;
    throw new CliError(exitCode.usage, `--url takes an address like http://127.0.0.1:4141, not "${given}".`);
  }
  const url = (await askIfRunning(context, 'status', {}))?.url ?? '';
  if (url !== '') return url;
  const { config } = await loadConfig({
    home: resolveHome(context.env, context.homedir),
    env: context.env,
    flags: {},
  });
  const { host, port } = config.server;
  if (port === 0) {
    throw new CliError(
      exitCode.failure,
      'Crossfeed is not running, and its port is chosen at each start: start it first.',
    );
  }
  const scheme = config.server.tlsCert === null ? 'http' : 'https';
  return `${scheme}://${shownHost(host)}:${port}`;
}
