/** How far each budget is, in memory: read from the ledger once, then kept by what is reserved and what is settled. */
import type { Budget, BudgetOf } from '../canonical/budget.ts';
import { periodStart } from './budget-period.ts';
import type { SpendBook } from './spend-book.ts';

/** Of a budget in one period (and session). What a call holds stays with the counter that it was reserved at. */
export interface BudgetCounter {
  readonly fromMs: number;
  readonly isOfSession: boolean;
  spent: number;
  /** False where the ledger could not be read: `spent` then holds what was spent since. */
  isKnown: boolean;
  reserved: number;
  /** Up to which share its owner was told, and its callers. */
  told: number;
  toldCallers: number;
}

export interface BudgetCounters {
  /** The present one; read from the ledger where it is new. */
  of(budget: Budget, session: string, nowMs: number): BudgetCounter;
  /** The one that a call of `startedAt` belongs to, if it is known. */
  known(budget: Budget, session: string, startedAt: number): BudgetCounter | undefined;
  /** What was spent while that budget was away is in the ledger alone. */
  readAgain(budgetId: string): void;
}

/** At so many percent a budget is worth a word; at 100 it is spent. */
const steps = [50, 80, 95, 100] as const;
/** Sessions that were quiet for longest are read from the ledger again. */
const maxSessions = 2_000;

/** The highest step that `spent` has reached; 0 for none. */
export function stepOf({ nanoAiu }: Budget, spent: number): number {
  return steps.findLast((step) => spent >= (nanoAiu * step) / 100) ?? 0;
}

export function createBudgetCounters(book: Pick<SpendBook, 'spent'>): BudgetCounters {
  const counters = new Map<string, BudgetCounter>();
  const stale = new Set<BudgetCounter>();
  // A name may come to mean another key, whose calls are others.
  const keyOf = ({ id, of, per }: Budget, session: string) =>
    `${id} ${ownerOf(of)} ${per === 'session' ? `session ${session}` : ''}`;
  const spentOf = ({ of, per }: Budget, session: string, fromMs: number) =>
    book.spent(of, fromMs, per === 'session' ? session : undefined);

  function read(counter: BudgetCounter, budget: Budget, session: string) {
    const spent = spentOf(budget, session, counter.fromMs);
    counter.isKnown = spent !== null;
    if (spent === null) return;
    counter.spent = spent;
    counter.told = counter.toldCallers = stepOf(budget, spent);
  }

  function evict() {
    if (counters.size <= maxSessions) return;
    for (const [key, counter] of counters) {
      if (counters.size <= maxSessions) return;
      if (counter.reserved === 0 && counter.isOfSession && counters.delete(key)) stale.delete(counter);
    }
  }

  return {
    of(budget, session, nowMs) {
      const key = keyOf(budget, session);
      const fromMs = periodStart(budget.per, nowMs);
      let counter = counters.get(key);
      if (counter === undefined || counter.fromMs !== fromMs) {
        if (counter) stale.delete(counter);
        counter = {
          fromMs,
          isOfSession: budget.per === 'session',
          spent: 0,
          isKnown: false,
          reserved: 0,
          told: 0,
          toldCallers: 0,
        };
        read(counter, budget, session);
      } else if (stale.delete(counter) || !counter.isKnown) read(counter, budget, session);
      // The order of a Map's keys is that of their last use.
      counters.delete(key);
      counters.set(key, counter);
      evict();
      return counter;
    },
    known(budget, session, startedAt) {
      const counter = counters.get(keyOf(budget, session));
      return counter !== undefined && startedAt >= counter.fromMs ? counter : undefined;
    },
    readAgain(budgetId) {
      for (const [key, counter] of counters) if (key.startsWith(`${budgetId} `)) stale.add(counter);
    },
  };
}

function ownerOf(of: BudgetOf): string {
  return of.kind === 'all' ? 'all' : of.kind === 'key' ? `key ${of.keyId}` : `project ${of.project}`;
}
