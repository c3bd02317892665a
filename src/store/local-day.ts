/** The day of the calendar on the owner's wall: budgets begin anew at midnight where the machine stands. */

/** `YYYY-MM-DD` in the machine's time zone. */
export function localDay(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
