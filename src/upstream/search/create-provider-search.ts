/** Searches of the web by a provider that the owner has a key of: one request each, bounded in time and size. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../base/clock.ts';
import { objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { SearchOutcome, SearchQuery, SearchWay } from '../../canonical/web-search.ts';
import type { WebSearchConfig } from '../../config/config.ts';
import { parseUpstreamUrl } from '../../config/upstream-url.ts';
import { createPools } from '../copilot/dispatcher.ts';
import type { ProxyEnv } from '../copilot/proxy-env.ts';
import { brave } from './brave.ts';
import { mostResults, type SearchProvider } from './search-provider.ts';
import { searxng } from './searxng.ts';
import { tavily } from './tavily.ts';

export interface ProviderSearchOptions {
  readonly settings: Pick<WebSearchConfig, 'via' | 'url'>;
  readonly key: string | undefined;
  readonly clock: Clock;
  /** The network proxy on the way out. */
  readonly proxyEnv?: ProxyEnv;
  /** In place of own connections. */
  readonly dispatcher?: Dispatcher;
}

export interface ProviderSearch {
  readonly search: SearchWay;
  close(): Promise<void>;
}

const totalMs = 15_000;
/** Packed and unpacked: twenty results are some hundred kilobytes. */
const maxBytes = 2 * 1024 * 1024;
const unpack = promisify(gunzip);

const unavailable = (detail: string): SearchOutcome => ({ problem: 'unavailable', detail });

export function createProviderSearch(options: ProviderSearchOptions): ProviderSearch {
  const provider = providerOf(options);
  const pools = createPools({ allowH2: false, proxyEnv: options.proxyEnv ?? {} });
  return {
    async search(query, signal) {
      if (typeof provider === 'string') return unavailable(provider);
      const { dispatcher = pools.of(provider.origin), clock } = options;
      const limit = new AbortController();
      const timer = clock.after(totalMs, () => limit.abort());
      try {
        return await searchOnce(provider, dispatcher, query, AbortSignal.any([signal, limit.signal]));
      } catch {
        // What was thrown may quote the query: it says nothing to anybody.
        if (signal.aborted) return unavailable('the search was given up');
        return unavailable(limit.signal.aborted ? `no answer within ${totalMs / 1_000} s` : 'no proper answer came');
      } finally {
        timer.cancel();
      }
    },
    close: () => pools.close(),
  };
}

/** Keys go to the addresses that stand here and to the one that the owner wrote, nowhere else; or why to none. */
function providerOf({ settings: { via, url }, key }: ProviderSearchOptions): SearchProvider | string {
  if (via === 'searxng') {
    if (url === null) return 'webSearch.url does not say where SearXNG runs';
    const parsed = parseUpstreamUrl(url);
    return 'url' in parsed ? searxng(parsed.url, key) : `webSearch.url: ${parsed.problem}`;
  }
  if (via !== 'brave' && via !== 'tavily') return 'no provider of searches is set';
  if (key === undefined || key.trim() === '') return 'CROSSFEED_WEB_SEARCH_KEY is not set';
  // A line end in a header would be a second header.
  if (!/^[\x21-\x7E]+$/.test(key.trim())) return 'CROSSFEED_WEB_SEARCH_KEY is no key';
  return via === 'brave' ? brave(key.trim()) : tavily(key.trim());
}

async function searchOnce(
  provider: SearchProvider,
  dispatcher: Dispatcher,
  query: SearchQuery,
  signal: AbortSignal,
): Promise<SearchOutcome> {
  const words = query.query.trim();
  if (words === '') return { problem: 'invalid_tool_input' };
  if (words.length > provider.maxQueryLength) return { problem: 'query_too_long' };
  // Where domains sort some out afterwards, there should be some left.
  const isFiltered = query.allowedDomains.length + query.blockedDomains.length > 0;
  const asked = provider.ask({ ...query, query: words, maxResults: isFiltered ? mostResults : query.maxResults });
  if ('problem' in asked) return asked;
  const { method, path, headers, body } = asked;
  const answer = await dispatcher.request({
    origin: provider.origin,
    method,
    path,
    headers: { accept: 'application/json', 'accept-encoding': 'gzip', 'user-agent': 'crossfeed', ...headers },
    signal,
    ...(body === undefined ? {} : { body }),
  });
  const bytes = await readBounded(answer);
  if (bytes === null) return unavailable('the answer was too large');
  const found = objectOf(parseJson(bytes.toString('utf8')));
  if (answer.statusCode !== 200) return refused(provider, answer.statusCode, found);
  // A page of somebody in between is no answer of "nothing found".
  if (Object.keys(found).length === 0) return unavailable('the answer was no JSON');
  const outcome = provider.read(found);
  if (!('entries' in outcome)) return outcome;
  return { entries: outcome.entries.slice(0, isFiltered ? mostResults : query.maxResults) };
}

function refused(provider: SearchProvider, status: number, answer: JsonObject): SearchOutcome {
  const own = provider.refusal(status, answer);
  if (own !== null) return own;
  if (status === 429) return { problem: 'too_many_requests' };
  return unavailable(status === 401 || status === 403 ? 'the key was refused' : `status ${status}`);
}

/** Null where there is too much of it. Redirects are not followed: the key is for this host. */
async function readBounded({ headers, body }: Dispatcher.ResponseData): Promise<Buffer | null> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > maxBytes) return null;
      chunks.push(chunk);
    }
    const bytes = Buffer.concat(chunks, size);
    if (headers['content-encoding'] === undefined || headers['content-encoding'] === 'identity') return bytes;
    return await unpack(bytes, { maxOutputLength: maxBytes });
  } finally {
    body.on('error', () => undefined).destroy();
  }
}
