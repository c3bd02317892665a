/** Keeps waits-and-retries to a tenth of the calls: when an upstream is busy for everybody, retries make it worse. */

export interface RetryBudget {
  /** A call came: it earns a tenth of a retry. */
  earn(): void;
  /** Whether one more retry is within the budget; if so it is spent. */
  spend(): boolean;
}

const retriesPerCall = 0.1;
/** What a quiet proxy may spend at once. */
const mostSaved = 3;

export function createRetryBudget(): RetryBudget {
  let saved = mostSaved;
  return {
    earn() {
      saved = Math.min(mostSaved, saved + retriesPerCall);
    },
    spend() {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
