/** How long an upstream asks to wait, from whichever header says so. */

type Headers = Readonly<Record<string, string>>;

/** The wait in ms; undefined where no header names one. Dates count from the upstream's own `date`. */
export function retryAfterMsOf(headers: Headers): number | undefined {
  for (const name of ['retry-after', 'x-ratelimit-user-retry-after']) {
    const waitMs = waitOf(headers[name], headers['date']);
    if (waitMs !== undefined) return waitMs;
  }
  // GitHub's REST limit names the second at which it ends.
  const reset = Number(headers['x-ratelimit-reset'] ?? Number.NaN);
  const now = Date.parse(headers['date'] ?? '');
  return headers['x-ratelimit-remaining'] === '0' && reset * 1000 > now ? reset * 1000 - now : undefined;
}

function waitOf(value: string | undefined, date: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d{1,9}(?:\.\d+)?\s*$/.test(value)) return Math.ceil(Number(value) * 1000);
  const then = Date.parse(value);
  const now = Date.parse(date ?? '');
  return Number.isNaN(then) || Number.isNaN(now) ? undefined : Math.max(0, then - now);
}
