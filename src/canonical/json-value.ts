/** Reading of values whose shape nobody promised. */

export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value where it is an object, else an empty one: for optional branches of foreign JSON. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The row that a table itself has: a foreign `constructor` or `__proto__` finds none. */
export function ownEntry<Row>(table: Readonly<Record<string, Row>>, key: string): Row | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The value where it is a finite number, else null: "not said" is never zero. */
export function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** The value where it is a count of something, whole, else null: a sum below nothing or beyond 2^53 is nobody's. */
export function countOrNull(value: unknown): number | null {
  const count = typeof value === 'number' ? Math.round(value) : -1;
  return count >= 0 && Number.isSafeInteger(count) ? count : null;
}

/** The parsed document, or undefined where the text is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
