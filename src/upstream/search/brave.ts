/** Brave Search: `GET /res/v1/web/search` (https://api-dashboard.search.brave.com/api-reference/web/search/get). */
import { objectOf } from '../../canonical/json-value.ts';
import { plainEntries } from './plain-entry.ts';
import { mostResults, type SearchProvider } from './search-provider.ts';
import { withSites } from './site-operators.ts';

const maxQueryLength = 400;
const maxQueryWords = 50;

/** Others are refused with 422. */
const countries = new Set(
  'AR AU AT BE BR CA CL CN DE DK ES FI FR GB HK ID IN IT JP KR MX MY NL NO NZ PH PL PT RU SA SE TR TW US ZA CH'.split(
    ' ',
  ),
);

export function brave(key: string): SearchProvider {
  return {
    origin: 'https://api.search.brave.com',
    maxQueryLength,
    ask(query) {
      const q = withSites(query);
      if (q.length > maxQueryLength || q.split(/\s+/).length > maxQueryWords)
        return { problem: 'query_too_long', detail: 'Brave takes 400 characters and 50 words, domains included' };
      const country = query.userLocation?.country?.toUpperCase() ?? '';
      const asked = new URLSearchParams({
        q,
        count: String(Math.min(query.maxResults, mostResults)),
        result_filter: 'web',
        text_decorations: 'false',
        extra_snippets: 'true',
        ...(countries.has(country) ? { country } : {}),
      });
      return {
        method: 'GET',
        path: `/res/v1/web/search?${asked.toString()}`,
        headers: { 'x-subscription-token': key, 'cache-control': 'no-cache' },
      };
    },
    read: ({ web }) => ({
      entries: plainEntries(objectOf(web)['results'], {
        texts: ['description', 'extra_snippets'],
        age: ['page_age', 'age'],
      }),
    }),
    refusal(status, answer) {
      const { code } = objectOf(answer['error']);
      if (status !== 422) return null;
      if (code === 'SUBSCRIPTION_TOKEN_INVALID') return { problem: 'unavailable', detail: 'the key was refused' };
      return { problem: 'invalid_tool_input', detail: 'Brave could not take the query' };
    },
  };
}
