/** One coarse clock for all running exchanges, so that a thousand streams cost one timer and no clock reading each. */
import type { Clock, Timer } from '../base/clock.ts';
import type { LimitsConfig } from '../config/config.ts';

export interface Ticker {
  /** Monotonic ms, as of the last tick. */
  readonly nowMs: number;
  /** Calls `onTick` at every tick until the returned function is called. */
  join(onTick: (nowMs: number) => void): () => void;
}

/** Ticks every `intervalMs` while anybody is joined, and not otherwise. */
export function createTicker(clock: Clock, intervalMs: number): Ticker {
  const joined = new Set<(nowMs: number) => void>();
  let nowMs = clock.monotonic();
  let timer: Timer | undefined;

  function tick() {
    timer = undefined;
    nowMs = clock.monotonic();
    for (const onTick of joined) onTick(nowMs);
    if (joined.size > 0) timer = clock.after(intervalMs, tick);
  }

  return {
    get nowMs() {
      return nowMs;
    },
    join(onTick) {
      if (joined.size === 0) nowMs = clock.monotonic();
      joined.add(onTick);
      timer ??= clock.after(intervalMs, tick);
      return () => {
        joined.delete(onTick);
        if (joined.size > 0) return;
        timer?.cancel();
        timer = undefined;
      };
    },
  };
}

/** Fine enough for the shortest limit, and never finer than a fiftieth of a second. */
export function tickMs(limits: LimitsConfig): number {
  const shortest = Math.min(limits.heartbeatMs, limits.headHoldMs, limits.silenceMs, limits.clientWriteMs);
  return Math.min(500, Math.max(20, shortest / 8));
}
