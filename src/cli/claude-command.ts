/** What `start --claude-code` is known for: the line that starts Claude Code here, printed and copied. */
import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import type { Model } from '../canonical/model.ts';
import { chooseModels } from '../connect/choose-models.ts';
import { pastNetworkProxy } from '../connect/past-network-proxy.ts';
import { claudeCode } from '../connect/tools/claude-code.ts';
import { childEnvironment } from './child-environment.ts';
import type { CliContext } from './cli-context.ts';
import { findProgram } from './is-installed.ts';
import type { Launched } from './launch.ts';
import { likelyShell, shellLine, shQuoted } from './shell-lines.ts';

/** The key is shown on a terminal only; elsewhere the line is one that looks it up. */
export async function announceClaude(
  context: CliContext,
  { proxy, url, log }: Pick<Launched, 'proxy' | 'url' | 'log'>,
  key: string,
  format: 'json' | 'pretty',
): Promise<void> {
  const withKey = context.isTty.stdout && format === 'pretty';
  if (!withKey) return log.info('Claude Code', { command: 'crossfeed run claude' });
  const models = await proxy.models().catch((thrown: unknown) => {
    log.warn('The models of the seat cannot be had: Claude Code chooses', { error: String(thrown) });
    return [];
  });
  const line = claudeCommand(context, { url, key, models });
  const copied = copy(context, line) ? ' (copied)' : '';
  context.stdout.write(`  Claude Code${copied}:\n\n  ${line}\n\n`);
}

/** One line for the user's shell. */
export function claudeCommand(
  { env, homedir }: Pick<CliContext, 'env' | 'homedir'>,
  { url, key, models }: { readonly url: string; readonly key: string; readonly models: readonly Model[] },
): string {
  const { variables } = claudeCode.plan({
    url,
    key,
    models: chooseModels(models, claudeCode.vendor),
    homedir,
    env,
    platform: platform(),
    projectDir: null,
    scratchDir: null,
    statusLine: false,
    codexCatalogue: null,
    exists: () => false,
  });
  const all = Object.entries({ ...variables, ...pastNetworkProxy({ env, url }) });
  const shell = likelyShell(env);
  if (shell === 'sh') return `${all.map(([name, value]) => `${name}=${shQuoted(value)}`).join(' ')} claude`;
  return [...all.map(([name, value]) => shellLine(shell, name, value)), 'claude'].join('; ');
}

/** Whether there is a clipboard to copy to. Never fails: the line stands on the screen. */
function copy({ env, isTty }: CliContext, text: string): boolean {
  const program = clipboardOf(env, platform());
  if (program === null || !isTty.stdin) return false;
  const [name, ...args] = program;
  if (findProgram({ env }, name) === undefined) return false;
  const child = spawn(name, args, {
    env: childEnvironment(env),
    stdio: ['pipe', 'ignore', 'ignore'],
    windowsHide: true,
  });
  child.on('error', () => undefined);
  child.stdin.on('error', () => undefined);
  child.stdin.end(text);
  child.unref();
  return true;
}

function clipboardOf(env: CliContext['env'], system: NodeJS.Platform): readonly [string, ...string[]] | null {
  if (system === 'darwin') return ['pbcopy'];
  if (system === 'win32' || (env['WSL_DISTRO_NAME'] ?? '') !== '') return ['clip.exe'];
  if ((env['WAYLAND_DISPLAY'] ?? '') !== '') return ['wl-copy'];
  return (env['DISPLAY'] ?? '') === '' ? null : ['xclip', '-selection', 'clipboard'];
}
