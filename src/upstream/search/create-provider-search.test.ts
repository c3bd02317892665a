/** Providers of searches by their published APIs, played on loopback. */
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { afterEach, expect, test, vi } from 'vitest';
import { createFakeClock, type FakeClock } from '../../../test/support/fake-clock.ts';
import type { SearchQuery } from '../../canonical/web-search.ts';
import type { WebSearchConfig } from '../../config/config.ts';
import { createProviderSearch, type ProviderSearch } from './create-provider-search.ts';

type Via = WebSearchConfig['via'];

interface Asked {
  readonly url: URL;
  readonly method: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Plays whatever host is asked; `origins` are those that were meant. */
async function play(answer: RequestListener) {
  const asked: Asked[] = [];
  const origins: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const { url = '/', method, headers } = request;
      asked.push({ url: new URL(url, 'http://fake.example'), method, headers, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const agent = new Agent();
  closers.push(
    () => agent.destroy(),
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  const dispatcher = agent.compose((dispatch) => (options, listener) => {
    origins.push(String(options.origin));
    return dispatch({ ...options, origin }, listener);
  });
  return { asked, origins, origin, dispatcher };
}

const json =
  (status: number, body: unknown): RequestListener =>
  (_request, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const query = (changes: Partial<SearchQuery> = {}): SearchQuery => ({
  query: 'tallest lighthouse',
  allowedDomains: [],
  blockedDomains: [],
  maxResults: 3,
  ...changes,
});

const settingsOf = (
  via: Via,
  url: string | null = 'https://find.example/base/',
): Pick<WebSearchConfig, 'via' | 'url'> => ({
  via,
  url,
});

async function search(via: Via, answer: RequestListener, changes: Partial<SearchQuery> = {}, key = 'key-of-owner') {
  const scene = await play(answer);
  const clock = createFakeClock();
  const provider = createProviderSearch({ settings: settingsOf(via), key, clock, dispatcher: scene.dispatcher });
  closers.push(() => provider.close());
  const outcome = await provider.search(query(changes), new AbortController().signal);
  return { ...scene, outcome, clock };
}

const braveAnswer = {
  type: 'search',
  web: {
    results: [
      {
        title: 'The <strong>Jeddah</strong> Light &amp; others',
        url: 'https://lights.example/jeddah',
        description: 'It is <strong>133</strong> m tall.',
        extra_snippets: ['Built in 1990.'],
        page_age: '2025-04-30T10:00:00',
      },
      { title: 'Twice', url: 'https://lights.example/jeddah', description: 'again' },
      { title: 'No address', description: 'x' },
      { title: 'Script', url: 'javascript:alert(1)', description: 'x' },
      { title: '', url: 'http://b.example', age: '2 days ago' },
    ],
  },
};

test('Brave: how it is asked, and what comes of its answer', async () => {
  const { asked, origins, outcome } = await search('brave', json(200, braveAnswer), {
    allowedDomains: ['lights.example', 'b.example'],
    blockedDomains: ['c.example', 'not a domain'],
    userLocation: { country: 'fr' },
  });
  expect(origins).toEqual(['https://api.search.brave.com']);
  const [request] = asked;
  expect(request?.url.pathname).toBe('/res/v1/web/search');
  expect(Object.fromEntries(request?.url.searchParams ?? [])).toEqual({
    q: 'tallest lighthouse (site:lights.example OR site:b.example) -site:c.example',
    count: '20',
    result_filter: 'web',
    text_decorations: 'false',
    extra_snippets: 'true',
    country: 'FR',
  });
  expect(request?.headers).toMatchObject({ 'x-subscription-token': 'key-of-owner', accept: 'application/json' });
  expect(outcome).toEqual({
    entries: [
      {
        url: 'https://lights.example/jeddah',
        title: 'The Jeddah Light & others',
        text: 'It is 133 m tall.\nBuilt in 1990.',
        pageAge: 'April 30, 2025',
      },
      { url: 'http://b.example/', title: 'b.example', text: '', pageAge: '2 days ago' },
    ],
  });
});

test('Tavily: how it is asked, and what comes of its answer', async () => {
  const results = [
    {
      title: 'T',
      url: 'https://a.example/',
      content: 'C',
      score: 0.9,
      published_date: 'Thu, 01 May 2025 00:00:00 GMT',
    },
  ];
  const { asked, origins, outcome } = await search('tavily', json(200, { query: 'x', results }), {
    allowedDomains: ['a.example'],
  });
  expect(origins).toEqual(['https://api.tavily.com']);
  const [request] = asked;
  expect([request?.method, request?.url.pathname]).toEqual(['POST', '/search']);
  expect(request?.headers).toMatchObject({ authorization: 'Bearer key-of-owner', 'content-type': 'application/json' });
  expect(JSON.parse(request?.body ?? '')).toEqual({
    query: 'tallest lighthouse',
    max_results: 20,
    search_depth: 'basic',
    include_answer: false,
    include_raw_content: false,
    include_images: false,
    include_domains: ['a.example'],
  });
  expect(outcome).toEqual({
    entries: [{ url: 'https://a.example/', title: 'T', text: 'C', pageAge: 'May 1, 2025' }],
  });
});

test('SearXNG: where the settings say, below its path, and no more results than wanted', async () => {
  const results = Array.from({ length: 30 }, (_, index) => ({ title: `T${index}`, url: `https://a.example/${index}` }));
  const { asked, origins, outcome } = await search('searxng', json(200, { results }));
  expect(origins).toEqual(['https://find.example']);
  expect(asked[0]?.url.href).toBe('http://fake.example/base/search?q=tallest+lighthouse&format=json');
  expect('entries' in outcome && outcome.entries.map(({ title }) => title)).toEqual(['T0', 'T1', 'T2']);
});

test('an answer that is packed', async () => {
  const packed: RequestListener = (_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(JSON.stringify(braveAnswer)));
  const { outcome } = await search('brave', packed);
  expect(outcome).toMatchObject({ entries: [{ url: 'https://lights.example/jeddah' }, {}] });
});

const page: RequestListener = (_request, response) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Login');
const elsewhere: RequestListener = (_request, response) =>
  response.writeHead(302, { location: 'https://evil.example/' }).end();
const huge: RequestListener = (_request, response) => response.end(Buffer.alloc(3 * 1024 * 1024, ' '));
const bomb: RequestListener = (_request, response) =>
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(64 * 1024 * 1024)));
const reset: RequestListener = (request) => request.socket.resetAndDestroy();
const long = { query: 'word '.repeat(90) };

test.each<[string, Via, RequestListener, Partial<SearchQuery>, string, string | undefined]>([
  ['too many', 'brave', json(429, { error: { code: 'RATE_LIMITED' } }), {}, 'too_many_requests', undefined],
  ['a wrong key', 'brave', json(422, { error: { code: 'SUBSCRIPTION_TOKEN_INVALID' } }), {}, 'unavailable', 'key'],
  ['an odd query', 'brave', json(422, { error: { code: 'VALIDATION' } }), {}, 'invalid_tool_input', 'query'],
  ['a wrong key', 'tavily', json(401, { detail: { error: 'Unauthorized' } }), {}, 'unavailable', 'key'],
  ['a used up plan', 'tavily', json(432, {}), {}, 'too_many_requests', 'used up'],
  [
    'a long query',
    'tavily',
    json(400, { detail: { error: 'Query is too long. Max query length is 400 characters.' } }),
    {},
    'query_too_long',
    'Tavily',
  ],
  ['another bad request', 'tavily', json(400, { detail: { error: 'Bad' } }), {}, 'invalid_tool_input', 'Tavily'],
  ['JSON switched off', 'searxng', json(403, {}), {}, 'unavailable', 'search.formats'],
  [
    'no engine answered',
    'searxng',
    json(200, { results: [], unresponsive_engines: [['x', 'timeout']] }),
    {},
    'unavailable',
    'no search engine',
  ],
  ['a broken server', 'brave', json(502, {}), {}, 'unavailable', '502'],
  ['a page of somebody in between', 'brave', page, {}, 'unavailable', 'no JSON'],
  ['a redirect', 'brave', elsewhere, {}, 'unavailable', '302'],
  ['an endless answer', 'brave', huge, {}, 'unavailable', 'too large'],
  ['a bomb', 'tavily', bomb, {}, 'unavailable', 'no proper answer'],
  ['a broken connection', 'brave', reset, {}, 'unavailable', 'no proper answer'],
])('%s (%s) is an error, never "nothing found"', async (_what, via, answer, changes, problem, detail) => {
  const { outcome, asked } = await search(via, answer, changes);
  expect(outcome).toMatchObject({ problem });
  if (detail !== undefined) expect(outcome).toMatchObject({ detail: expect.stringContaining(detail) as string });
  expect(asked).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toMatch(/lighthouse|key-of-owner/);
});

test.each<[string, Via, Partial<SearchQuery>, string, string]>([
  ['fifty words', 'brave', { query: 'a '.repeat(60) }, 'key', 'query_too_long'],
  ['four hundred characters', 'tavily', long, 'key', 'query_too_long'],
  ['domains beyond the query', 'brave', { allowedDomains: [`${'a'.repeat(400)}.example`] }, 'key', 'query_too_long'],
  ['an empty query', 'brave', { query: '  ' }, 'key', 'invalid_tool_input'],
  ['no key', 'brave', {}, '', 'unavailable'],
  ['a key of two lines', 'tavily', {}, 'a\r\nx-evil: 1', 'unavailable'],
])('nothing is sent: %s', async (_what, via, changes, key, problem) => {
  const { outcome, asked } = await search(via, json(200, { results: [] }), changes, key);
  expect(outcome).toMatchObject({ problem });
  expect(asked).toEqual([]);
});

test.each([null, 'http://find.example', 'https://user:secret@find.example', 'ftp://find.example'])(
  'SearXNG at %s is nowhere to go',
  async (url) => {
    const { dispatcher, asked } = await play(json(200, { results: [] }));
    const settings = settingsOf('searxng', url);
    const provider = createProviderSearch({ settings, key: undefined, clock: createFakeClock(), dispatcher });
    closers.push(() => provider.close());
    const outcome = await provider.search(query(), new AbortController().signal);
    expect(outcome).toMatchObject({
      problem: 'unavailable',
      detail: expect.stringContaining('webSearch.url') as string,
    });
    expect(JSON.stringify(outcome)).not.toContain('secret');
    expect(asked).toEqual([]);
  },
);

/** Over connections of its own, to a server that never answers. */
async function hanging(
  start: (provider: ProviderSearch, clock: FakeClock, reached: () => Promise<unknown>) => Promise<unknown>,
) {
  let left = 0;
  const { origin, asked } = await play((request) => void request.socket.once('close', () => (left += 1)));
  const clock = createFakeClock();
  const provider = createProviderSearch({ settings: settingsOf('searxng', origin), key: undefined, clock });
  closers.push(() => provider.close());
  const outcome = await start(provider, clock, () => vi.waitFor(() => expect(asked).toHaveLength(1)));
  await vi.waitFor(() => expect(left).toBe(1));
  expect(clock.timers).toBe(0);
  return { outcome, asked };
}

test('a slow provider is given up after a time', async () => {
  const { outcome } = await hanging(async (provider, clock, reached) => {
    const searching = provider.search(query(), new AbortController().signal);
    await vi.waitFor(() => expect(clock.timers).toBe(1));
    await reached();
    clock.advance(15_000);
    return searching;
  });
  expect(outcome).toEqual({ problem: 'unavailable', detail: 'no answer within 15 s' });
});

test('a caller who leaves ends the search', async () => {
  const { outcome } = await hanging(async (provider, _clock, reached) => {
    const controller = new AbortController();
    const searching = provider.search(query(), controller.signal);
    await reached();
    controller.abort();
    return searching;
  });
  expect(outcome).toEqual({ problem: 'unavailable', detail: 'the search was given up' });
});
