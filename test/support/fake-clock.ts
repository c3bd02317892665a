/** A clock that stands still until the test moves it. */
import type { Clock } from '../../src/base/clock.ts';

export interface FakeClock extends Clock {
  /** Moves both clocks on and runs every timer that falls due, in order, also those that timers set. */
  advance(byMs: number): void;
  /** How many timers are set. */
  readonly timers: number;
}

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let elapsedMs = 0;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  const nextDue = (untilMs: number) =>
    [...timers].filter(({ dueMs }) => dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs)[0];
  return {
    now: () => startMs + elapsedMs,
    monotonic: () => elapsedMs,
    after(delayMs, callback) {
      const timer = { dueMs: elapsedMs + delayMs, callback };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    advance(byMs) {
      const untilMs = elapsedMs + byMs;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        timers.delete(timer);
        elapsedMs = timer.dueMs;
        timer.callback();
      }
      elapsedMs = untilMs;
    },
    get timers() {
      return timers.size;
    },
  };
}
