/** A clock that runs many times as fast as the day, timers and all, and can sleep like a laptop. */
import { systemClock, type Clock } from '../../src/base/clock.ts';

export interface FastClock extends Clock {
  /** Wall time jumps on; what measures durations stands still, as it does on a machine that sleeps. */
  sleepThrough(ms: number): void;
}

export function createFastClock(startMs: number, speed: number): FastClock {
  const bornMs = systemClock.monotonic();
  let sleptMs = 0;
  const monotonic = () => (systemClock.monotonic() - bornMs) * speed;
  return {
    now: () => Math.round(startMs + sleptMs + monotonic()),
    monotonic,
    after: (delayMs, callback) => systemClock.after(delayMs / speed, callback),
    sleepThrough(ms) {
      sleptMs += ms;
    },
  };
}
