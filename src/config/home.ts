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

const ourNames = /^(?:config\.|credentials\.|crossfeed\.|control\.|logs?(?:$|[./])|compiled$|\.probe-)/;

/**
 * Makes the 0700 folder, or checks the one that is there. A folder that others can read and that holds nothing but
 * our own files is tightened; one that also holds somebody else's is left as it is, with a warning: every file of ours
 * that matters is 0600 by itself, and a script's plain `mkdir` must not stop the first start. A folder in which
 * anybody can replace our files is refused. Returns the warnings.
 */
export async function ensureHome(home: string): Promise<readonly string[]> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'EEXIST' || code === 'ENOTDIR') {
      throw new StateFileError('not_a_folder', home, `${home} is not a folder: set CROSSFEED_HOME to one.`, { cause });
    }
    throw new StateFileError('unreadable', home, `${home} cannot be made (${code}).`, { cause });
  }
  const { mode } = await stat(home);
  if (platform() === 'win32' || (mode & 0o077) === 0) return [];
  if (!(await folderHasModes(home))) {
    return [`${home} is on a file system without permissions: other users of this machine may read what is in it.`];
  }
  // The sticky bit (as on a temp folder) keeps others from replacing files that are not theirs.
  if ((mode & 0o002) !== 0 && (mode & 0o1000) === 0) {
    throw new StateFileError(
      'not_private',
      home,
      `Anybody can write to ${home}: run \`chmod 700\` on it, or set CROSSFEED_HOME to another folder.`,
    );
  }
  const foreign = (await readdir(home)).some((name) => !ourNames.test(name));
  if (foreign) return [`Other users can look into ${home}: \`chmod 700\` keeps it private.`];
  try {
    await chmod(home, 0o700);
  } catch (cause) {
    // Another user's folder, or a file system mounted read-only: what needs to write there will say so itself.
    return [`Other users can look into ${home}, and its mode cannot be changed (${codeOf(cause)}).`];
  }
  return [];
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'unknown';
}

/** Whether permissions mean something there: some mounts show 0777 whatever one sets. */
export async function folderHasModes(folder: string): Promise<boolean> {
  // Where nothing can be made nothing can be tried, and what is refused is refused by permissions.
  const probe = await mkdtemp(join(folder, '.probe-')).catch(() => undefined);
  if (probe === undefined) return true;
  try {
    await chmod(probe, 0o700);
    return ((await stat(probe)).mode & 0o077) === 0;
  } finally {
    await rm(probe, { recursive: true });
  }
}
