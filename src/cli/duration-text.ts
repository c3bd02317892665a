/** How people say when something ends: `30d`, `12h`, `90s`, or a day. */

const unitMs = { s: 1000, m: 60_000, h: 60 * 60_000, d: 24 * 60 * 60_000, w: 7 * 24 * 60 * 60_000 } as const;

/** The end in ms since the epoch; null for what says no time, or one that is over. */
export function parseEnd(text: string, nowMs: number): number | null {
  const span = /^(\d{1,5})([smhdw])$/.exec(text);
  const unit = span?.[2];
  if (span !== null && (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd' || unit === 'w')) {
    const count = Number(span[1]);
    return count === 0 ? null : nowMs + count * unitMs[unit];
  }
  if (!/^\d{4}-\d{2}-\d{2}(?:T[\d:.]{5,12}(?:Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) || at <= nowMs ? null : at;
}
