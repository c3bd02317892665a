/** The credits that their owner lets callers spend, and how far they are. */
import type { ProtocolId } from './protocol-id.ts';
import type { Estimate } from './spend.ts';

/** Whose calls a budget counts: everybody's, those of one key (its id), or those booked under a project. */
export type BudgetOf =
  | { readonly kind: 'all' }
  | { readonly kind: 'key'; readonly keyId: string }
  | { readonly kind: 'project'; readonly project: string };

/** Whether it counts the calls of that key, booked under that project. */
export function counts(of: BudgetOf, by: { readonly keyId: string; readonly project: string | null }): boolean {
  if (of.kind === 'all') return true;
  return of.kind === 'key' ? of.keyId === by.keyId : of.project === by.project;
}

/** `day` and `month` begin at midnight in the time zone of the machine; `ever` never begins anew. */
export type BudgetPer = 'request' | 'session' | 'day' | 'month' | 'ever';

export interface Budget {
  readonly id: string;
  readonly of: BudgetOf;
  readonly per: BudgetPer;
  /** 1e9 to a credit. */
  readonly nanoAiu: number;
  /** `soft` warns, `ask` asks the owner, `hard` refuses. */
  readonly mode: 'soft' | 'ask' | 'hard';
  /** From the settings, which alone can change it, or set by command. */
  readonly source: 'settings' | 'command';
}

/** Of one budget in its present period (and session, where it counts by session). */
export interface BudgetState {
  readonly budget: Budget;
  /** Null where the ledger cannot be read. */
  readonly spentNanoAiu: number | null;
  /** Held by calls under way. */
  readonly reservedNanoAiu: number;
  /** In ms since the epoch; null where it does not. */
  readonly beginsAnewAt: number | null;
}

/** How keeping a reservation went. `kept`: no death of the process loses it. `busy`: another program writes just now. `failed`: the file takes nothing. */
export type Reserved = 'kept' | 'busy' | 'failed';

/** What a call under way may cost, kept so that it counts even if the program dies; it becomes a row of the ledger then. */
export interface Reservation {
  readonly exchangeId: string;
  /** When the exchange started, in ms since the epoch. */
  readonly at: number;
  readonly nanoAiu: number;
  readonly keyId: string;
  readonly account: string;
  readonly project: string | null;
  readonly session: string;
  readonly protocol: ProtocolId;
  readonly route: string;
  readonly client: string;
  readonly model: string;
  readonly kind: string | null;
  readonly estimate: Estimate;
}
