/** Pinned releases of the real clients, installed once into a cache folder outside the tree. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export type Installed = { readonly ok: true; readonly folder: string } | { readonly ok: false; readonly why: string };

const installTimeoutMs = 5 * 60 * 1000;

/** `$CROSSFEED_CLIENT_CACHE`, else below the user's cache folder, else below the temporary one. */
export function cacheFolder(env: NodeJS.ProcessEnv): string {
  if (env['CROSSFEED_CLIENT_CACHE']) return env['CROSSFEED_CLIENT_CACHE'];
  const xdg = env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(existsSync(xdg) ? xdg : tmpdir(), 'crossfeed-clients');
}

/** What `npm run` tells its children would point an inner npm at this project. */
function outerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const steering = /^npm_(package|lifecycle|command|config_(local_prefix|prefix|global_prefix|noproxy$))/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !steering.test(name)));
}

function npmInstall(folder: string, specs: readonly string[]): Promise<string | null> {
  const npmScript = process.env['npm_execpath'];
  const [command, first] = npmScript === undefined ? ['npm', []] : [process.execPath, [npmScript]];
  // Nobody's install script runs: the native parts come as optional dependencies.
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  return new Promise((resolve) => {
    const child = spawn(command, [...first, 'install', '--prefix', folder, ...flags, ...specs], {
      cwd: folder,
      env: outerEnvironment(process.env),
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: installTimeoutMs,
    });
    let complaints = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code) => resolve(code === 0 ? null : firstLine(complaints) || `npm ended with ${code}`));
  });
}

function firstLine(text: string): string {
  const lines = text.split('\n').filter((line) => line.startsWith('npm error') && !line.includes('A complete log'));
  return lines
    .slice(0, 2)
    .map((line) => line.replace('npm error', '').trim())
    .join(', ');
}

const asked = new Map<string, Promise<Installed>>();

/** Installs `name@version`, and beside it what else it takes, unless an earlier run did; asked for once a run. */
export function installClient(name: string, version: string, beside: readonly string[] = []): Promise<Installed> {
  const specs = [`${name}@${version}`, ...beside];
  const key = specs.join(' ');
  const installed = asked.get(key) ?? install(specs);
  asked.set(key, installed);
  return installed;
}

/** A half-finished folder is thrown away. */
async function install(specs: readonly string[]): Promise<Installed> {
  const name = specs.map((spec) => spec.replaceAll(/[@/]+/g, '-').replace(/^-/, '')).join('+');
  const folder = join(cacheFolder(process.env), name);
  const mark = join(folder, '.complete');
  if (existsSync(mark)) return { ok: true, folder };
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
  const why = await npmInstall(folder, specs);
  if (why !== null) {
    rmSync(folder, { recursive: true, force: true });
    return { ok: false, why };
  }
  writeFileSync(mark, '');
  return { ok: true, folder };
}
