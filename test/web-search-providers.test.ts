/** Searches of the web by a provider: SearXNG, played on loopback, behind a whole proxy. */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { anthropic } from './support/sdk-clients.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { expectQuiet } from './support/use-proxy.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(answer: RequestListener, maxResults = 10) {
  const asked: URL[] = [];
  const server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://fake.example'));
    answer(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const door: StartedProxy = await startProxy({ webSearch: { via: 'searxng', url, maxResults } });
  closers.push(
    () => expectQuiet(door),
    () => door.close(),
    () => server.closeAllConnections(),
    () => new Promise((resolve) => server.close(resolve)),
  );
  return { door, asked };
}

const found = (count: number, host = 'lights.example') =>
  JSON.stringify({
    results: Array.from({ length: count }, (_, index) => ({
      title: `Page ${index}`,
      url: `https://${host}/${index}`,
      content: 'It is 133 m tall.',
      publishedDate: '2025-04-30T00:00:00',
    })),
  });
const say =
  (body: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

const paramsOf = (tool: Partial<Anthropic.WebSearchTool20250305> = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model: 'claude-sonnet-5.5',
  max_tokens: 400,
  tools: [{ type: 'web_search_20250305', name: 'web_search', ...tool }],
  messages: [{ role: 'user', content: 'Please search the web for the tallest lighthouse.' }],
});
const resultOf = ({ content }: Anthropic.Message) =>
  content.find((block) => block.type === 'web_search_tool_result')?.content;

test('what it finds is the result, the text cites it, and the seat makes no search', async () => {
  const { door, asked } = await start(say(found(2)));
  const message = await anthropic(door).messages.stream(paramsOf()).finalMessage();
  expect(asked.map(({ searchParams }) => searchParams.get('q'))).toEqual(['the tallest lighthouse']);
  expect(resultOf(message)).toMatchObject([
    { type: 'web_search_result', url: 'https://lights.example/0', title: 'Page 0', page_age: 'April 30, 2025' },
    { url: 'https://lights.example/1' },
  ]);
  const last = message.content.at(-1);
  const citations = last?.type === 'text' ? last.citations : null;
  expect(citations?.[0]).toMatchObject({ url: 'https://lights.example/0', cited_text: 'It is 133 m tall.' });
  expect(door.simulator.requestsTo('/responses')).toEqual([]);
  expect(JSON.stringify(door.simulator.requestsTo('/v1/messages')[1]?.json)).toContain('It is 133 m tall.');
});

test.each([
  ['allowed', { allowed_domains: ['lights.example'] }, 'site:lights.example', 'lights.example', 3],
  ['blocked', { blocked_domains: ['lights.example'] }, '-site:lights.example', 'lights.example', 0],
  ['not allowed', { allowed_domains: ['other.example'] }, 'site:other.example', 'lights.example', 0],
] as const)(
  'a page of a domain that is %s, and never more than the settings say',
  async (_what, terms, words, host, count) => {
    const { door, asked } = await start(say(found(20, host)), 3);
    const tool = Object.fromEntries(Object.entries(terms).map(([name, domains]) => [name, [...domains]]));
    const message = await anthropic(door).messages.create(paramsOf(tool));
    expect(asked[0]?.searchParams.get('q')).toBe(`the tallest lighthouse ${words}`);
    expect(resultOf(message)).toHaveLength(count);
  },
);

test.each<[string, RequestListener, string]>([
  ['is too busy', say('{}', 429), 'too_many_requests'],
  ['gives no JSON', say('<p>Hello', 200), 'unavailable'],
  ['has no engine', say('{"results":[],"unresponsive_engines":[["a","timeout"]]}'), 'unavailable'],
  ['goes away', (request) => void request.socket.resetAndDestroy(), 'unavailable'],
])('a provider that %s: an error of the search, and the model goes on', async (_what, answer, code) => {
  const { door } = await start(answer);
  const message = await anthropic(door).messages.create(paramsOf());
  expect(resultOf(message)).toEqual({ type: 'web_search_tool_result_error', error_code: code });
  expect(message.stop_reason).toBe('end_turn');
  expect(door.complaints).toEqual(['a web search failed']);
});

test('a caller who leaves ends the search of a slow provider, and nothing follows', async () => {
  const held: ServerResponse[] = [];
  const { door } = await start((_request, response) => void held.push(response));
  const controller = new AbortController();
  const reading = anthropic(door).messages.stream(paramsOf(), { signal: controller.signal }).finalMessage();
  reading.catch(() => undefined);
  await vi.waitFor(() => expect(held).toHaveLength(1));
  controller.abort();
  await expect(reading).rejects.toThrow('aborted');
  await vi.waitFor(() => expect(held[0]?.destroyed).toBe(true));
  await vi.waitFor(() => expect(door.proxy.status().openExchanges).toBe(0));
  expect(door.simulator.requestsTo('/v1/messages')).toHaveLength(1);
});

test('a proxy that ends does not wait for a slow provider', async () => {
  const held: ServerResponse[] = [];
  const { door } = await start((_request, response) => void held.push(response));
  const reading = anthropic(door).messages.create(paramsOf(), { maxRetries: 0 });
  reading.catch(() => undefined);
  await vi.waitFor(() => expect(held).toHaveLength(1));
  await door.close();
  await expect(reading).rejects.toBeInstanceOf(Error);
  await vi.waitFor(() => expect(held[0]?.destroyed).toBe(true));
});
