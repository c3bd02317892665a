/** How people say since when: `7d`, `12h`, or a day, which begins at its midnight here. */
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

const unitMs = { m: 60_000, h: 60 * 60_000, d: 24 * 60 * 60_000, w: 7 * 24 * 60 * 60_000 } as const;

/** In ms since the epoch. Throws `CliError` with what `flag` takes. */
export function parseSince(text: string, nowMs: number, flag: string): number {
  const span = /^(\d{1,5})([mhdw])$/.exec(text);
  if (span !== null) return nowMs - Number(span[1]) * unitMs[span[2] as keyof typeof unitMs];
  const hasTime = /^\d{4}-\d{2}-\d{2}T[\d:.]{5,12}(?:Z|[+-]\d{2}:\d{2})?$/.test(text);
  // Without a time of day the language takes a date for one in UTC.
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00`) : hasTime ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(at)) return at;
  throw new CliError(exitCode.usage, `${flag} takes 7d, 12h or a day as 2026-11-01, not ${text}.`);
}
