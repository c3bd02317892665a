/** Keeps the secrets of one user in a 0600 file of the 0700 home folder. */
import { stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { singleFlight } from '../base/single-flight.ts';
import { ensureHome, folderHasModes } from '../config/home.ts';
import { StateFileError } from '../config/state-file-error.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

export interface CredentialFile {
  /**
   * The key that callers use when no other is set: the stored one, else what `newKey` makes (`cf_` and 43 base64url
   * characters), stored first. Throws `StateFileError`: `not_private` if other users can read the file or its folder,
   * `torn` if it is not what we wrote; it is never overwritten then.
   */
  defaultKey(newKey: () => string): Promise<{ readonly key: string; readonly created: boolean }>;
}

interface Credentials {
  readonly version: 1;
  readonly defaultKey?: string;
}

const keyPattern = /^cf_[A-Za-z0-9_-]{43}$/;

export function openCredentialFile(home: string): CredentialFile {
  const path = join(home, 'credentials.json');
  let makeKey: () => string;
  // Two callers at once must not make two keys, of which one is lost.
  const readOrCreate = singleFlight(async () => {
    await ensureHome(home);
    const stored = await readCredentials(path);
    if (stored.defaultKey !== undefined) return { key: stored.defaultKey, created: false };
    const key = makeKey();
    if (!keyPattern.test(key)) throw new TypeError('a caller key is "cf_" and 43 base64url characters');
    await writeJsonFile(path, { ...stored, defaultKey: key }, { mode: 0o600 }).catch((cause: unknown) => {
      const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
      const message = `${path} cannot be written (${code}): set CROSSFEED_API_KEY, or CROSSFEED_HOME to a folder of yours.`;
      throw new StateFileError('unwritable', path, message, { cause });
    });
    return { key, created: true };
  });
  return {
    defaultKey(newKey) {
      makeKey = newKey;
      return readOrCreate();
    },
  };
}

async function readCredentials(path: string): Promise<Credentials> {
  await refuseIfShared(path);
  let value: unknown;
  try {
    value = await readJsonFile(path);
  } catch (error) {
    if (error instanceof StateFileError && error.code === 'missing') return { version: 1 };
    throw error;
  }
  if (!isCredentials(value)) {
    throw new StateFileError(
      'torn',
      path,
      `${path} does not hold credentials of this program: mend it or move it away.`,
    );
  }
  return value;
}

function isCredentials(value: unknown): value is Credentials {
  if (typeof value !== 'object' || value === null) return false;
  const { version, defaultKey } = value as { version?: unknown; defaultKey?: unknown };
  return version === 1 && (defaultKey === undefined || (typeof defaultKey === 'string' && keyPattern.test(defaultKey)));
}

/** A secret that others could read is no secret any more: the user must know, so the mode is not mended in silence. */
async function refuseIfShared(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || platform() === 'win32' || (found.mode & 0o077) === 0) return;
  if (!(await folderHasModes(dirname(path)))) return;
  throw new StateFileError(
    'not_private',
    path,
    `Other users can read ${path}: run \`chmod 600\` on it, or delete it to get a new key.`,
  );
}
