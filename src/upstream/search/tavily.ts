/** Tavily: `POST /search` (https://docs.tavily.com/documentation/api-reference/endpoint/search). */
import { objectOf } from '../../canonical/json-value.ts';
import { plainEntries } from './plain-entry.ts';
import { mostResults, type SearchProvider } from './search-provider.ts';

const planLimits: ReadonlySet<number> = new Set([432, 433]);

export function tavily(key: string): SearchProvider {
  return {
    origin: 'https://api.tavily.com',
    maxQueryLength: 400,
    ask: ({ query, maxResults, allowedDomains, blockedDomains }) => ({
      method: 'POST',
      path: '/search',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        query,
        max_results: Math.min(maxResults, mostResults),
        search_depth: 'basic',
        include_answer: false,
        include_raw_content: false,
        include_images: false,
        ...(allowedDomains.length === 0 ? {} : { include_domains: allowedDomains }),
        ...(blockedDomains.length === 0 ? {} : { exclude_domains: blockedDomains }),
      }),
    }),
    read: ({ results }) => ({ entries: plainEntries(results, { texts: ['content'], age: ['published_date'] }) }),
    refusal(status, answer) {
      if (planLimits.has(status)) return { problem: 'too_many_requests', detail: "the plan's searches are used up" };
      if (status !== 400) return null;
      const words = objectOf(answer['detail'])['error'];
      const isLong = typeof words === 'string' && /too long/i.test(words);
      return { problem: isLong ? 'query_too_long' : 'invalid_tool_input', detail: 'Tavily could not take the query' };
    },
  };
}
