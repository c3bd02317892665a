/** Opens an address in the user's browser: only https, only after they agreed, and nothing of ours goes along. */
import { spawn } from 'node:child_process';
import { platform } from 'node:os';
import { childEnvironment } from './child-environment.ts';
import type { CliContext } from './cli-context.ts';
import { isRemote } from './open-secrets.ts';

/** Whether there is a browser that this person would see. */
export function hasBrowser({ env, isTty }: Pick<CliContext, 'env' | 'isTty'>, system = platform()): boolean {
  if (!isTty.stdin || !isTty.stderr || isRemote(env) || isOn(env['CROSSFEED_NO_BROWSER'])) return false;
  if (system === 'win32' || system === 'darwin' || isSet(env['WSL_DISTRO_NAME'])) return true;
  return isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
}

/** The program and its arguments, without a shell between. */
export function browserCommand(url: string, env: CliContext['env'], system = platform()): readonly [string, string[]] {
  if (system === 'darwin') return ['open', [url]];
  if (system === 'win32' || isSet(env['WSL_DISTRO_NAME']))
    return ['rundll32.exe', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}

/** Never fails: the address has been printed, and a person can type it. */
export function openBrowser(url: string, env: CliContext['env']): void {
  const [program, args] = browserCommand(url, env);
  const child = spawn(program, args, {
    env: childEnvironment(env),
    stdio: 'ignore',
    detached: true,
    windowsHide: true,
  });
  child.on('error', () => undefined);
  child.unref();
}

/** As in every variable of ours that switches something off. */
function isOn(value: string | undefined): boolean {
  return value === '1' || value === 'true';
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
