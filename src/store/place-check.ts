/** Whether the file that is written to is still the one at its path: somebody may have moved or deleted it. */
import { statSync } from 'node:fs';
import type { Clock } from '../base/clock.ts';

const everyMs = 10_000;

/** To be asked at every write: looks at the disk once in ten seconds. */
export function createPlaceCheck(path: string, clock: Pick<Clock, 'monotonic'>): () => boolean {
  const inode = () => statSync(path, { throwIfNoEntry: false })?.ino;
  const first = path === ':memory:' ? undefined : attempt(inode);
  let isInPlace = true;
  let lookedAt = clock.monotonic();
  return () => {
    if (first === undefined || clock.monotonic() - lookedAt < everyMs) return isInPlace;
    lookedAt = clock.monotonic();
    isInPlace = attempt(inode) === first;
    return isInPlace;
  };
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
