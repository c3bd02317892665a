/** The days of a chart: those of whoever looks, and those that the proxy's machine, in another zone perhaps, has besides. */
import type { SpendDay } from '../../src/canonical/spend-figures.ts';

/** Midnight so many days ago. Days are stepped by the calendar: some have 23 or 25 hours. */
export function startOfDay(nowMs: number, daysAgo: number): number {
  const day = new Date(nowMs);
  day.setDate(day.getDate() - daysAgo);
  return day.setHours(0, 0, 0, 0);
}

/** As `YYYY-MM-DD`, without a gap. The ledger's days are the machine's: its today may be our yesterday or tomorrow. */
export function daysOf(rows: readonly Pick<SpendDay, 'day'>[], sinceMs: number, nowMs: number): readonly string[] {
  const known = rows.map(({ day }) => day);
  const first = [textOf(new Date(sinceMs)), ...known].reduce((one, other) => (other < one ? other : one));
  const last = [textOf(new Date(nowMs)), ...known].reduce((one, other) => (other > one ? other : one));
  const days: string[] = [];
  // At noon no clock is put forward or back.
  for (const day = new Date(`${first}T12:00`); textOf(day) <= last; day.setDate(day.getDate() + 1))
    days.push(textOf(day));
  return days;
}

function textOf(day: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
