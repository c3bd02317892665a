/** SearXNG, wherever it runs: `GET /search?format=json` (https://docs.searxng.org/dev/search_api). */
import { plainEntries } from './plain-entry.ts';
import type { SearchProvider } from './search-provider.ts';
import { withSites } from './site-operators.ts';

/** `url` may have a path, behind which the instance lives. Some are behind a door that takes a bearer. */
export function searxng(url: string, key: string | undefined): SearchProvider {
  const { origin, pathname } = new URL(url);
  return {
    origin,
    maxQueryLength: 1_000,
    ask: (query) => ({
      method: 'GET',
      path: `${pathname.replace(/\/+$/, '')}/search?${new URLSearchParams({ q: withSites(query), format: 'json' }).toString()}`,
      headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    }),
    read({ results, unresponsive_engines: silent }) {
      const entries = plainEntries(results, { texts: ['content'], age: ['publishedDate'] });
      const isDown = entries.length === 0 && Array.isArray(silent) && silent.length > 0;
      return isDown ? { problem: 'unavailable', detail: 'no search engine answered SearXNG' } : { entries };
    },
    refusal: (status) =>
      status === 403
        ? { problem: 'unavailable', detail: 'SearXNG refuses JSON: name it in `search.formats` of its settings.yml' }
        : null,
  };
}
