/** Keeps the secrets of one user in a 0600 file of the 0700 home folder. */
import { stat } from 'node:fs/promises';
import { platform } from 'node:os';
import { dirname, join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import type { Clock } from '../base/clock.ts';
import { ensureHome, folderHasModes } from '../config/home.ts';
import { StateFileError } from '../config/state-file-error.ts';
import { withFileLock } from '../config/file-lock.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

/**
 * Every method throws `StateFileError`: `not_private` if other users can read the file or its folder, `torn` if it is
 * not what we wrote; it is never overwritten then.
 */
export interface CredentialFile {
  /**
   * The key that callers use when no other is set: the stored one, else what `newKey` makes (`cf_` and 43 base64url
   * characters), stored first.
   */
  defaultKey(newKey: () => string): Promise<{ readonly key: string; readonly created: boolean }>;
  /** Forgets the default key: the next start makes a new one. Whether there was one. */
  forgetDefaultKey(): Promise<boolean>;
  /** The GitHub token of an account; null without one. */
  secret(name: string): Promise<string | null>;
  setSecret(name: string, secret: string): Promise<void>;
  /** Whether there was one. */
  deleteSecret(name: string): Promise<boolean>;
}

interface Credentials {
  readonly version: 1;
  readonly defaultKey?: string;
  /** GitHub tokens by the name of their account. */
  readonly secrets?: Readonly<Record<string, string>>;
}

const keyPattern = /^cf_[A-Za-z0-9_-]{43}$/;

export function openCredentialFile(home: string, clock: Pick<Clock, 'now'> = systemClock): CredentialFile {
  const path = join(home, 'credentials.json');
  // One after the other, in this process and among all.
  let last: Promise<unknown> = Promise.resolve();
  const changing = <T>(change: () => Promise<T>): Promise<T> => {
    const work = async () => {
      await ensureHome(home);
      try {
        return await withFileLock(join(home, 'credentials.lock'), clock, change);
      } catch (thrown) {
        throw isRefusedBySystem(thrown) ? unwritable(path, thrown) : thrown;
      }
    };
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const write = (credentials: Credentials) => writeJsonFile(path, credentials, { mode: 0o600 });

  return {
    async defaultKey(newKey) {
      await ensureHome(home);
      const found = (await readCredentials(path)).defaultKey;
      if (found !== undefined) return { key: found, created: false };
      return changing(async () => {
        const stored = await readCredentials(path);
        if (stored.defaultKey !== undefined) return { key: stored.defaultKey, created: false };
        const key = newKey();
        if (!keyPattern.test(key)) throw new TypeError('a caller key is "cf_" and 43 base64url characters');
        await write({ ...stored, defaultKey: key });
        return { key, created: true };
      });
    },
    forgetDefaultKey: () =>
      changing(async () => {
        const { defaultKey, ...rest } = await readCredentials(path);
        if (defaultKey !== undefined) await write(rest);
        return defaultKey !== undefined;
      }),
    secret: async (name) => secretsOf(await readCredentials(path)).get(name) ?? null,
    setSecret: (name, secret) =>
      changing(async () => {
        const stored = await readCredentials(path);
        await write({ ...stored, secrets: Object.fromEntries(secretsOf(stored).set(name, secret)) });
      }),
    deleteSecret: (name) =>
      changing(async () => {
        const stored = await readCredentials(path);
        const secrets = secretsOf(stored);
        if (!secrets.delete(name)) return false;
        await write({ ...stored, secrets: Object.fromEntries(secrets) });
        return true;
      }),
  };
}

function isRefusedBySystem(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && 'syscall' in thrown;
}

function unwritable(path: string, cause: NodeJS.ErrnoException): StateFileError {
  const advice = 'set CROSSFEED_API_KEY, or CROSSFEED_HOME to a folder of yours';
  return new StateFileError('unwritable', path, `${path} cannot be written (${cause.code ?? 'unknown'}): ${advice}.`, {
    cause,
  });
}

/** A map: a name that somebody chose must not meet what every object inherits. */
function secretsOf({ secrets = {} }: Credentials): Map<string, string> {
  return new Map(Object.entries(secrets));
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
  const { version, defaultKey, secrets } = value as { version?: unknown; defaultKey?: unknown; secrets?: unknown };
  return (
    version === 1 &&
    (defaultKey === undefined || (typeof defaultKey === 'string' && keyPattern.test(defaultKey))) &&
    (secrets === undefined || areSecrets(secrets))
  );
}

function areSecrets(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((secret) => typeof secret === 'string');
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
