/** The folder that holds everything of one user: where it is, and that it is the owner's alone. */
import { chmod, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { StateFileError } from './state-file-error.ts';

/** `CROSSFEED_HOME`, else `<homedir>/.crossfeed`. */
export function resolveHome(env: Readonly<Record<string, string | undefined>>, homedir: string): string {
  const home = env['CROSSFEED_HOME'];
  return home === undefined || home === '' ? join(homedir, '.crossfeed') : home;
}

export function configPath(home: string): string {
  return join(home, 'config.jsonc');
}

const ourNames = /^(?:config\.|credentials\.|crossfeed\.|control\.|logs?(?:$|[./])|\.probe-)/;

/**
 * Makes the 0700 folder, or checks the one that is there. A folder that others can read and that holds nothing but
 * our own files is tightened (a script's plain `mkdir` must not stop the first start); a folder that others can
 * write to, or that is somebody's whole home, is refused. Returns warnings: where the file system has no modes
 * (Windows, /mnt/c) nothing can be promised, and nothing is refused.
 */
export async function ensureHome(home: string): Promise<readonly string[]> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new StateFileError('not_a_folder', home, `${home} is not a folder: set CROSSFEED_HOME to one.`, { cause });
    }
    throw new StateFileError('unreadable', home, `${home} cannot be made (${code ?? 'unknown'}).`, { cause });
  }
  const { mode } = await stat(home);
  if (platform() === 'win32' || (mode & 0o077) === 0) return [];
  if (!(await folderHasModes(home))) {
    return [`${home} is on a file system without permissions: other users of this machine may read what is in it.`];
  }
  const foreign = (await readdir(home)).some((name) => !ourNames.test(name));
  if ((mode & 0o022) !== 0 || foreign) {
    const others = (mode & 0o022) === 0 ? 'read' : 'write to';
    throw new StateFileError(
      'not_private',
      home,
      `Other users can ${others} ${home}: run \`chmod 700\` on it, or set CROSSFEED_HOME to another folder.`,
    );
  }
  await chmod(home, 0o700);
  return [];
}

/** Whether permissions mean something there: some mounts show 0777 whatever one sets. */
export async function folderHasModes(folder: string): Promise<boolean> {
  const probe = await mkdtemp(join(folder, '.probe-'));
  try {
    await chmod(probe, 0o700);
    return ((await stat(probe)).mode & 0o077) === 0;
  } finally {
    await rm(probe, { recursive: true });
  }
}
