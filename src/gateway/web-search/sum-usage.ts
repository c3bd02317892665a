/** The usage of an answer that several calls made: what the caller's one answer took. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';

/** Counts are added, within their groups too; of the rest the later one holds. */
export function sumUsage(before: JsonObject, after: JsonObject): JsonObject {
  const sum: Record<string, unknown> = { ...before };
  for (const [name, value] of Object.entries(after)) {
    const earlier = sum[name];
    if (typeof value === 'number' && typeof earlier === 'number') sum[name] = earlier + value;
    else if (isObject(value)) sum[name] = sumUsage(objectOf(earlier), value);
    else if (value !== null || earlier === undefined) sum[name] = value;
  }
  return sum;
}
