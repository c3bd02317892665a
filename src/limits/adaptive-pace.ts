/** When the next call of one account may start: a token bucket that a rate limit lowers, and that recovers slowly. */
import type { Clock } from '../base/clock.ts';
import type { PaceConfig } from '../config/config.ts';

export interface AdaptivePace {
  /** How long a start has to wait, in ms, if `ahead` others start before it; 0 if it need not. */
  waitMs(nowMs: number, ahead: number): number;
  /** What is left of the gap between two starts, if `ahead` others start before. */
  gapMs(nowMs: number, ahead: number): number;
  /** What is left of the wait that GitHub asked for. */
  heldMs(nowMs: number): number;
  /** A call starts now. */
  take(nowMs: number): void;
  /** GitHub refused a call for its rate and asks for a wait. */
  lower(nowMs: number, holdMs: number): void;
  /** GitHub served a call. Tells whether more is allowed than before. */
  raise(nowMs: number): boolean;
  /** Whether less than the settings allow is in force. */
  readonly lowered: boolean;
  readonly concurrency: number;
  readonly perSecond: number;
}

/** A rate limit halves what is allowed; every quiet quarter of a minute with an answer gives a sixteenth back. */
const lowestShare = 1 / 16;
const raiseBy = 1 / 16;
const raiseEveryMs = 15_000;
/** A wait that GitHub names is kept, but a nonsensical one must not lock the seat for ever. */
const longestHoldMs = 24 * 60 * 60 * 1000;
/** Sums of fractions miss 1 by a hair. */
const almostOne = 1 - 1e-6;

/** Durations are monotonic ms, handed in, so that one decision has one time. */
export function createAdaptivePace(config: PaceConfig, clock: Clock): AdaptivePace {
  /** Of everything that the settings allow, how much is in force. */
  let share = 1;
  let changedMs = clock.monotonic();
  let tokens = config.burst;
  /** Later than now while GitHub holds us: a wait earns one start, however long it is. */
  let refilledMs = changedMs;
  let lastStartMs = Number.NEGATIVE_INFINITY;
  let hold: { readonly untilMs: number; readonly untilWallMs: number } | null = null;

  const perSecond = () => config.perSecond * share;

  function refill(nowMs: number) {
    if (nowMs <= refilledMs) return;
    tokens = Math.min(Math.max(1, config.burst * share), tokens + ((nowMs - refilledMs) * perSecond()) / 1000);
    refilledMs = nowMs;
  }

  function heldMs(nowMs: number): number {
    if (hold === null) return 0;
    // Monotonic time stops in a sleep: the wait is over if either clock says so (`decisions.md` 26).
    const leftMs = Math.min(hold.untilMs - nowMs, hold.untilWallMs - clock.now());
    if (leftMs > 0) return leftMs;
    hold = null;
    refilledMs = Math.min(refilledMs, nowMs);
    return 0;
  }

  function gapMs(nowMs: number, ahead: number): number {
    return Math.max(0, lastStartMs + config.minGapMs - nowMs) + ahead * config.minGapMs;
  }

  function tokenMs(nowMs: number, ahead: number): number {
    refill(nowMs);
    const missing = ahead + almostOne - tokens;
    return missing <= 0 ? 0 : Math.max(0, refilledMs - nowMs) + (missing / perSecond()) * 1000;
  }

  return {
    waitMs(nowMs, ahead) {
      return Math.max(heldMs(nowMs), gapMs(nowMs, ahead), tokenMs(nowMs, ahead));
    },
    gapMs,
    heldMs,
    take(nowMs) {
      refill(nowMs);
      tokens = Math.max(0, tokens - 1);
      lastStartMs = nowMs;
    },
    lower(nowMs, holdMs) {
      // The calls that were under way with the first one refused tell nothing new.
      const first = heldMs(nowMs) === 0;
      const untilMs = nowMs + Math.min(holdMs, longestHoldMs);
      if (first) share = Math.max(lowestShare, share / 2);
      if (hold !== null && hold.untilMs >= untilMs) return;
      changedMs = untilMs;
      hold = { untilMs, untilWallMs: clock.now() + (untilMs - nowMs) };
      // Those who waited start one by one: all at once would be the next rate limit.
      refill(nowMs);
      tokens = Math.min(1, tokens + ((untilMs - refilledMs) * perSecond()) / 1000);
      refilledMs = untilMs;
    },
    raise(nowMs) {
      const steps = Math.floor((nowMs - changedMs) / raiseEveryMs);
      if (steps <= 0) return false;
      refill(nowMs);
      share = Math.min(1, share + steps * raiseBy);
      changedMs = nowMs;
      return true;
    },
    get lowered() {
      return share < 1;
    },
    get concurrency() {
      return Math.max(1, Math.floor(config.concurrency * share));
    },
    get perSecond() {
      return perSecond();
    },
  };
}
