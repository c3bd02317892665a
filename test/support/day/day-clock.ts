/** The clock of a made-up day: it goes on when nothing moves any more, however long this machine took for what moved. */
import { setImmediate as turnOfLoop, setTimeout as realWait } from 'node:timers/promises';
import type { Clock } from '../../../src/base/clock.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
/** Nine o'clock, where the machine is. */
export const morningMs = new Date(2026, 10, 23, 9).getTime();

export interface DayClock extends Clock {
  /** The lid is closed: wall time jumps on, and what measures durations stands still. */
  sleepThrough(ms: number): void;
  stop(): void;
}

/** While a call is on its way the clock takes short steps: a limit of seconds is reached by silence alone. */
const shortStepMs = 100;
/** Turns of the event loop in which nothing came in, until nothing is taken to move. */
const stillTurns = { idle: 3, busy: 6 };

/**
 * Every timer of the day waits here, and nothing else makes time pass: from one timer to the next it jumps, so that the
 * same day is lived on a slow machine as on a fast one. `isBusy` says whether a call is on its way.
 */
export function createDayClock(startMs: number, isBusy: () => boolean): DayClock {
  let elapsedMs = 0;
  let sleptMs = 0;
  const over = new AbortController();
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();

  function next() {
    let first: { readonly dueMs: number; readonly callback: () => void } | undefined;
    for (const timer of timers) if (first === undefined || timer.dueMs < first.dueMs) first = timer;
    return first;
  }

  async function untilStill(): Promise<void> {
    let seen = eventsSoFar();
    for (let still = 0; still < (isBusy() ? stillTurns.busy : stillTurns.idle); still += 1) {
      // Another thread may be at work for the call.
      await (still === stillTurns.idle ? realWait(1) : turnOfLoop());
      const events = eventsSoFar();
      if (events !== seen) still = 0;
      seen = events;
    }
  }

  async function run(): Promise<void> {
    while (!over.signal.aborted) {
      await untilStill();
      const timer = next();
      const dueMs = timer?.dueMs ?? Infinity;
      if (isBusy() && dueMs > elapsedMs + shortStepMs) elapsedMs += shortStepMs;
      else if (timer !== undefined) {
        timers.delete(timer);
        elapsedMs = Math.max(elapsedMs, dueMs);
        timer.callback();
      }
    }
  }
  void run();

  return {
    now: () => startMs + Math.round(elapsedMs) + sleptMs,
    monotonic: () => elapsedMs,
    after(delayMs, callback) {
      const timer = { dueMs: elapsedMs + Math.max(0, delayMs), callback };
      timers.add(timer);
      return { cancel: () => void timers.delete(timer) };
    },
    sleepThrough: (ms) => void (sleptMs += ms),
    stop: () => over.abort(),
  };
}

/** What came from sockets, other threads and the disk. */
function eventsSoFar(): number {
  return performance.nodeTiming.uvMetricsInfo.events;
}
