/** What the dashboard is sent twice a second while somebody looks. */
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { AccountSummary } from '../control/contract.ts';
import type { SoFar } from '../observability/cost-so-far.ts';
import type { LiveCall } from '../observability/live-board.ts';

/** A call under way, with what of its answer went down so far. */
export interface OpenCall extends LiveCall, SoFar {
  readonly keyLabel: string;
  readonly responseBytes: number;
}

export interface LiveSnapshot {
  /** Wall time of the proxy in ms since the epoch: browsers' clocks differ. */
  readonly now: number;
  readonly draining: boolean;
  readonly paused: boolean;
  /** Calls that wait for their owner's word. */
  readonly approvals: number;
  readonly accounts: readonly AccountSummary[];
  readonly open: readonly OpenCall[];
  /** The latest that ended, newest first. */
  readonly ended: readonly ExchangeRecord[];
}
