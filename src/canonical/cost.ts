/** The upstream's own bill of one call. */
import { countOrNull, isObject, objectOf } from './json-value.ts';

/**
 * The total of a `copilot_usage` object in nano-AIU (1e9 to a credit), or null where there is none.
 * Source: chat beside `usage`, Responses beside or inside `response`, Messages on `message_delta`.
 * A bill without its sum is summed here: Σ(count × cost_per_batch ÷ batch_size) credits. Large integers may come as text.
 */
export function billedNanoAiu(copilotUsage: unknown): number | null {
  const { total_nano_aiu: total, token_details: details } = objectOf(copilotUsage);
  const reported = countOrNull(typeof total === 'string' && /^\d{1,16}$/.test(total) ? Number(total) : total);
  if (reported !== null || !Array.isArray(details) || details.length === 0) return reported;
  let sum = 0;
  for (const row of details as readonly unknown[]) {
    const { token_count: count, cost_per_batch: cost, batch_size: size } = isObject(row) ? row : {};
    if (typeof count !== 'number' || typeof cost !== 'number' || typeof size !== 'number' || size <= 0) return null;
    sum += (count * cost * 1e9) / size;
  }
  return countOrNull(sum);
}
