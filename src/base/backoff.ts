/** Growing waits between tries of something that keeps failing. */

export interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Returns a number in [0, 1): the jitter, handed in so that tests are exact. */
  readonly random: () => number;
}

/** The wait before try `attempt` (0 = the first retry), doubled each time, capped, with up to 25 % taken off. */
export function backoffMs(attempt: number, options: BackoffOptions): number {
  const full = Math.min(options.firstMs * 2 ** Math.max(0, attempt), options.longestMs);
  return Math.round(full * (1 - 0.25 * options.random()));
}
