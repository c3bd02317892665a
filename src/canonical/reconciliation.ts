/** GitHub's balance set against our ledger, over the time between two readings of it. */

export interface Reconciliation {
  readonly account: string;
  /** Seats that are not billed by token yet pay with premium requests, of which the ledger has no bill. */
  readonly unit: 'credits' | 'premium requests';
  /** The smallest step that GitHub shows of its balance, in that unit: no difference below it means anything. */
  readonly step: number;
  /** Of the first and the last reading, in ms since the epoch. */
  readonly fromMs: number;
  readonly toMs: number;
  /** What went from the balance, in that unit, whoever spent it. */
  readonly balanceUsed: number;
  /** Billed and priced by the ledger in that time. */
  readonly ledgerNanoAiu: number;
  /** Calls of unknown cost in that time, and what they were expected to cost: part of `elsewhere`. */
  readonly unknownCalls: number;
  readonly estimatedNanoAiu: number;
  /** Calls that a person began: what a premium request is counted by. */
  readonly userCalls: number;
  /** `balanceUsed` less the ledger, in credits: other programs, and calls of unknown cost. Null for premium requests. */
  readonly elsewhere: number | null;
}
