/** What budgets need of the ledger: this room's own view of it. */
import type { Budget, BudgetOf, Reservation, Reserved } from '../canonical/budget.ts';

export interface SpendBook {
  /** What happens to its exchange releases it. */
  reserve(reservation: Reservation): Reserved;
  /** In nano-AIU since the day of `sinceMs`, or of one session; without what is reserved. Null where the ledger cannot be read. */
  spent(of: BudgetOf, sinceMs: number, session?: string): number | null;
  readonly budgets: { list(): readonly Budget[] };
}
