/** A clock that runs many times as fast as the day, timers and all, and can sleep like a laptop. */
import type { Clock } from '../../src/base/clock.ts';
import { createFakeClock } from './fake-clock.ts';

export interface FastClock extends Clock {
  /** Wall time jumps on; what measures durations stands still, as it does on a machine that sleeps. */
  sleepThrough(ms: number): void;
  stop(): void;
}

/**
 * It goes on by `stepMs` with each turn of the event loop, a millisecond apart at least: on a busy machine the day takes
 * longer, and no call is late because the machine is.
 */
export function createFastClock(startMs: number, stepMs: number): FastClock {
  const steps = createFakeClock(startMs);
  let sleptMs = 0;
  const pump = setInterval(() => steps.advance(stepMs), 1);
  return {
    now: () => steps.now() + sleptMs,
    monotonic: () => steps.monotonic(),
    after: (delayMs, callback) => steps.after(delayMs, callback),
    sleepThrough(ms) {
      sleptMs += ms;
    },
    stop: () => clearInterval(pump),
  };
}
