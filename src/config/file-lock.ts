/** A lock between processes: of two that read, change and write a file at once, the first change would be lost. */
import { open, rm, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../base/clock.ts';
import { StateFileError } from './state-file-error.ts';

const askAgainMs = 20;
const attempts = 250;
/** Whoever holds it writes one small file; after this long it has died. */
const staleMs = 10_000;

/** Throws `StateFileError` (unreadable) if another process holds the lock for 5 s. */
export async function withFileLock<T>(path: string, clock: Pick<Clock, 'now'>, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; !(await take(path, clock)); attempt += 1) {
    if (attempt === attempts) {
      throw new StateFileError('unreadable', path, `Another Crossfeed holds ${path}: delete it if none is running.`);
    }
    await wait(askAgainMs);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function take(path: string, clock: Pick<Clock, 'now'>): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
  }
  const made = (await stat(path).catch(() => undefined))?.mtimeMs;
  // Either way round: the wall clock may have been set back since.
  if (made !== undefined && Math.abs(clock.now() - made) > staleMs) await rm(path, { force: true });
  return false;
}
