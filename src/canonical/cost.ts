/** The upstream's own bill of one call. */
import { numberOrNull, objectOf } from './json-value.ts';

/**
 * The total of a `copilot_usage` object in nano-AIU (1e9 to a credit), or null where there is none.
 * Source: chat beside `usage`, Responses beside or inside `response`, Messages on `message_delta`.
 */
export function billedNanoAiu(copilotUsage: unknown): number | null {
  return numberOrNull(objectOf(copilotUsage)['total_nano_aiu']);
}
