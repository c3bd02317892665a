/** Notices that the machine slept: wall time ran on, monotonic time stood still. */
import type { Clock } from '../../base/clock.ts';

/** Wall time that runs so far ahead was no adjustment of the clock. */
const sleepMs = 30_000;

/** Says whether the machine slept since it was last asked. */
export function createSleepWatch(clock: Clock): () => boolean {
  let aheadMs = clock.now() - clock.monotonic();
  return () => {
    const beforeMs = aheadMs;
    aheadMs = clock.now() - clock.monotonic();
    return aheadMs - beforeMs > sleepMs;
  };
}
