/** Time as an argument: every room that waits or dates something is handed a `Clock`, so tests own time. */

/** A timer that can be cancelled. Cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time in ms since the epoch. May jump: for dates and for expiry stamped by others, never for durations. */
  now(): number;
  /** Monotonic time in ms from an arbitrary start. Stops while the machine sleeps: for durations. */
  monotonic(): number;
  /** Runs `callback` once after `delayMs`; never keeps the process alive. NaN and out-of-range delays are clamped. */
  after(delayMs: number, callback: () => void): Timer;
}

/** `setTimeout` turns NaN and anything above 2^31-1 into 1 ms; a day is the longest delay anything here needs. */
const longestDelayMs = 24 * 60 * 60 * 1000;

export function clampDelayMs(delayMs: number): number {
  if (Number.isNaN(delayMs) || delayMs < 0) return 0;
  return Math.min(delayMs, longestDelayMs);
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, clampDelayMs(delayMs));
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

/** Resolves after `delayMs` by `clock`, or rejects with the signal's reason as soon as it aborts. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    const timer = clock.after(delayMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    function onAbort() {
      timer.cancel();
      reject(signal?.reason as Error);
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
