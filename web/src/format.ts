/** Figures as people read them: credits, tokens, times in the zone of whoever looks. */

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayOnly = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });
const dayAndTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** One credit is a cent; small calls cost far less. Unknown is a dash, never zero. */
export function credits(nanoAiu: number | null | undefined): string {
  if (nanoAiu == null) return '–';
  const value = nanoAiu / 1e9;
  const places = value === 0 || value >= 100 ? 0 : value >= 1 ? 2 : value >= 0.01 ? 3 : 5;
  return value.toLocaleString(undefined, { minimumFractionDigits: places, maximumFractionDigits: places });
}

export function count(value: number | null | undefined): string {
  return value == null ? '–' : whole.format(value);
}

/** `1 call`, `2 calls`. */
export function counted(value: number, word: string): string {
  return `${whole.format(value)} ${word}${value === 1 ? '' : 's'}`;
}

export function tokens(value: number | null | undefined): string {
  return value == null ? '–' : value < 10_000 ? whole.format(value) : short.format(value);
}

export function percent(share: number | null | undefined): string {
  return share == null || Number.isNaN(share) ? '–' : `${Math.round(share * 100)} %`;
}

export function duration(ms: number | null | undefined): string {
  if (ms == null) return '–';
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 120 ? `${minutes} min ${Math.round((ms % 60_000) / 1000)} s` : `${Math.round(minutes / 60)} h`;
}

export const dayText = (ms: number): string => dayOnly.format(ms);
export const timeOfDay = (ms: number): string => clockTime.format(ms);
export const dateTime = (ms: number | null | undefined): string => (ms == null ? '–' : dayAndTime.format(ms));

export function bytes(value: number): string {
  return value < 1024
    ? `${value} B`
    : value < 1024 ** 2
      ? `${(value / 1024).toFixed(1)} kB`
      : `${(value / 1024 ** 2).toFixed(1)} MB`;
}
