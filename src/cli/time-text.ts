/** A time as text. */

/** Sortable, and the same in every locale. */
export function timeText(atMs: number): string {
  return new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');
}
