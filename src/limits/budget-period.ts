/** When budgets begin anew: at midnight by the wall clock of the machine, which some days is 23 or 25 hours away. */
import type { BudgetPer } from '../canonical/budget.ts';

/** In ms since the epoch; 0 for what never began. */
export function periodStart(per: BudgetPer, nowMs: number): number {
  const now = new Date(nowMs);
  if (per === 'day') return new Date(now.getFullYear(), now.getMonth(), now.getDate()).getTime();
  if (per === 'month') return new Date(now.getFullYear(), now.getMonth(), 1).getTime();
  return 0;
}

/** Null for what does not begin anew by the calendar. */
export function nextPeriodStart(per: BudgetPer, nowMs: number): number | null {
  const now = new Date(nowMs);
  if (per === 'day') return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime();
  if (per === 'month') return new Date(now.getFullYear(), now.getMonth() + 1, 1).getTime();
  return null;
}
