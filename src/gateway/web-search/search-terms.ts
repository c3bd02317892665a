/** What every protocol says of a search tool in nearly the same words, and what is said of its change. */
import { objectOf } from '../../canonical/json-value.ts';
import type { SearchLocation } from '../../canonical/web-search.ts';

export const searchEdits = {
  tool: 'The proxy makes the searches: the tool goes up as a function.',
  history: 'Earlier searches go up as calls of that function.',
} as const;

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((text): text is string => typeof text === 'string') : [];
}

/** None is none: who says 0 did not ask for any number of them. */
export function usesOf(bound: unknown): number {
  return typeof bound === 'number' ? Math.max(0, Math.floor(bound)) : Number.POSITIVE_INFINITY;
}

/** The same in every protocol: roughly, in words. */
export function locationOf(value: unknown): SearchLocation | undefined {
  const said = objectOf(value);
  const text = (name: string) => {
    const found = said[name];
    return typeof found === 'string' && found !== '' ? found : undefined;
  };
  const location = { city: text('city'), region: text('region'), country: text('country'), timezone: text('timezone') };
  return Object.values(location).every((part) => part === undefined) ? undefined : location;
}
