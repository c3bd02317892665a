/** In what two JSON values differ, member by member: the first ones, so that a large body does not become a large list. */
import { isObject } from './json-value.ts';

export interface JsonDifference {
  /** As in `messages[2].content`; empty for the value itself. */
  readonly path: string;
  /** Undefined where that side has no such member. */
  readonly before: unknown;
  readonly after: unknown;
}

export function jsonDifferences(before: unknown, after: unknown, most: number): readonly JsonDifference[] {
  const found: JsonDifference[] = [];
  compare('', before, after);
  return found;

  function compare(path: string, one: unknown, other: unknown) {
    if (found.length >= most || Object.is(one, other)) return;
    if (Array.isArray(one) && Array.isArray(other)) {
      const length = Math.max(one.length, other.length);
      for (let at = 0; at < length; at += 1) compare(`${path}[${at}]`, one[at], other[at]);
      return;
    }
    if (isObject(one) && isObject(other)) {
      for (const name of new Set([...Object.keys(one), ...Object.keys(other)]))
        compare(path === '' ? name : `${path}.${name}`, one[name], other[name]);
      return;
    }
    found.push({ path, before: one, after: other });
  }
}
