/** Says what a call is expected to cost: to whoever listens, and in the head of its answer. */
import type { CallForecast } from './estimate-call.ts';
import type { Exchange } from './exchange.ts';

/** A cold cache that costs less than this, or less than so many times the warm one, is not worth a word. */
const leastNoted = { nanoAiu: 1e9, times: 3 } as const;

export function tellForecast(exchange: Pick<Exchange, 'publish' | 'note'>, forecast: CallForecast) {
  const { estimate } = forecast;
  exchange.publish({ type: 'estimated', estimate });
  if (estimate.nanoAiu !== null) exchange.note('x-crossfeed-estimated-credits', creditsText(estimate.nanoAiu));
  const warning = coldCacheWarning(forecast);
  if (warning !== undefined) exchange.note('x-crossfeed-warning', warning);
}

/** What a call costs more because its session was idle for longer than the prompt cache keeps; undefined where it is little. */
function coldCacheWarning({ estimate, idleMs, warmNanoAiu, coldNanoAiu }: CallForecast): string | undefined {
  if (idleMs === null || warmNanoAiu === null || coldNanoAiu === null || estimate.cacheReadTokens > 0) return undefined;
  return coldCacheText({ idleMs, warmNanoAiu, coldNanoAiu });
}

/** `idle 9 min: about 38 credits, not 4`. */
function coldCacheText(cold: {
  readonly idleMs: number;
  readonly warmNanoAiu: number;
  readonly coldNanoAiu: number;
}): string | undefined {
  const { idleMs, warmNanoAiu, coldNanoAiu } = cold;
  if (coldNanoAiu - warmNanoAiu < leastNoted.nanoAiu || coldNanoAiu < warmNanoAiu * leastNoted.times) return undefined;
  const minutes = Math.round(idleMs / 60_000);
  const idle = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
  return `idle ${idle}: about ${creditsText(coldNanoAiu)} credits, not ${creditsText(warmNanoAiu)}`;
}

/** Credits as a number with two places, or with two digits where that would be nothing: `0.42`, `38`, `0.0031`. */
export function creditsText(nanoAiu: number): string {
  const credits = nanoAiu / 1e9;
  return String(credits >= 0.1 ? Number(credits.toFixed(credits >= 100 ? 0 : 2)) : Number(credits.toPrecision(2)));
}
