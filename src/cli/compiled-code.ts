/** Keeps what V8 made of our files between starts, in the home folder, where nobody else can put code for us to run. */
import { existsSync, rmSync, statSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { resolveHome } from '../config/home.ts';

export interface CompiledCodeOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly homedir: string;
  readonly version: string;
  /** The user's id; undefined where there are none (Windows). */
  readonly uid: number | undefined;
  /** Node's own; tests look at what it is given. */
  readonly enable?: (folder: string) => unknown;
}

/** Only in a home that is there: who only asks for the version leaves no trace. Never throws. */
export function keepCompiledCode(options: CompiledCodeOptions): void {
  const { env, version, uid, enable = enableCompileCache } = options;
  if (env['NODE_COMPILE_CACHE'] || env['NODE_DISABLE_COMPILE_CACHE']) return;
  try {
    const home = resolveHome(env, options.homedir);
    // Node checks that compiled code is whole, not whose it is.
    if (!isPrivate(home, uid)) return;
    const folder = path.join(home, 'compiled');
    // What another version left is of no use to this one.
    if (!existsSync(path.join(folder, version))) rmSync(folder, { recursive: true, force: true });
    enable(path.join(folder, version));
  } catch {
    // A start that is slower by some milliseconds is no fault.
  }
}

function isPrivate(folder: string, uid: number | undefined): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  if (found?.isDirectory() !== true) return false;
  return uid === undefined || (found.uid === uid && (found.mode & 0o077) === 0);
}
