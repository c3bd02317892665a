/** Where the control socket of a home lies, for the server that makes it and the CLI that looks for it. */
import { createHash } from 'node:crypto';
import { lstat, mkdir, readFile, rm } from 'node:fs/promises';
import { platform, tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { replaceFile } from '../config/replace-file.ts';
import { ControlError } from './control-error.ts';

export interface ControlPlace {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Above 107 bytes (Linux) or 103 (macOS) a path is EINVAL, or worse, cut off. */
const longestPathBytes = 100;

/** The path to listen on. Where the home's own path is too long, makes a private folder and records the path. */
export async function prepareControlPath(place: ControlPlace): Promise<string> {
  const direct = directPath(place.home);
  const record = join(place.home, 'control.path');
  if (direct !== undefined) {
    // A record of a former place (the home was moved) would only mislead.
    if (platform() !== 'win32') await rm(record, { force: true });
    return direct;
  }
  const folder = await privateFolder(place.env);
  const path = join(folder, `${hashOf(place.home)}.sock`);
  await replaceFile(record, `${path}\n`, 0o600);
  return path;
}

/** The path to call. Never looks at `XDG_RUNTIME_DIR`: the caller's shell may have another one than the server. */
export async function findControlPath(place: ControlPlace): Promise<string | undefined> {
  const direct = directPath(place.home);
  if (direct !== undefined) return direct;
  const recorded = await readFile(join(place.home, 'control.path'), 'utf8').catch(() => '');
  return recorded.trim() === '' ? undefined : recorded.trim();
}

function directPath(home: string): string | undefined {
  if (platform() === 'win32') return `\\\\.\\pipe\\crossfeed-${hashOf(home)}`;
  const path = join(home, 'control.sock');
  return Buffer.byteLength(path) <= longestPathBytes ? path : undefined;
}

function hashOf(home: string): string {
  return createHash('sha256').update(resolve(home)).digest('hex').slice(0, 16);
}

async function privateFolder(env: ControlPlace['env']): Promise<string> {
  const { uid } = userInfo();
  const runtime = env['XDG_RUNTIME_DIR'];
  const roots = [...(runtime === undefined || runtime === '' ? [] : [runtime]), tmpdir(), '/tmp'];
  const folders = roots.map((root) => join(root, `crossfeed-${uid}`));
  const folder = folders.find((one) => Buffer.byteLength(join(one, `${'0'.repeat(16)}.sock`)) <= longestPathBytes);
  if (folder === undefined) throw new ControlError('unusable', 'No folder has a path short enough for a socket.');
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw new ControlError('unusable', `The folder ${folder} for the control socket cannot be made.`, { cause });
    }
  }
  // The temp folder is everybody's: somebody else may have made the folder first, or put a link there.
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0) {
    throw new ControlError('unusable', `${folder} is not a folder of yours with mode 0700: remove it and start again.`);
  }
  return folder;
}
