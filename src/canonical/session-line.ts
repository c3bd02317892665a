/** A session in one line: what the status line of a coding tool says of it. */
import type { BudgetState } from './budget.ts';
import type { NextCall } from './next-call.ts';

export interface SessionLine {
  readonly calls: number;
  /** Billed and priced, and expected where the cost is unknown; 1e9 to a credit. */
  readonly nanoAiu: number;
  /** Of all its calls. */
  readonly promptTokens: number;
  readonly cacheReadTokens: number;
  /** Those that count this session. */
  readonly budgets: readonly BudgetState[];
  /** The latest time that a cached beginning was paid anew without a good cause; null for none lately. */
  readonly alarm: CacheAlarm | null;
  /** What its next call would take; null where nothing is known. */
  readonly next: NextCall | null;
}

export interface CacheAlarm {
  /** In ms since the epoch. */
  readonly at: number;
  /** What changed, e.g. `turn 12 user`; null where nothing did. */
  readonly block: string | null;
  /** What it cost more; null where the catalogue names no price. */
  readonly nanoAiu: number | null;
}
