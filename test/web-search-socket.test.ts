/** Searches of the web for callers who speak Responses over a WebSocket, as Codex does. */
import { afterEach, expect, test, vi } from 'vitest';
import { createResponsesGrammar } from '../src/protocols/openai-responses/grammar.ts';
import { connectSocket, idOf, textOf, type SocketClient } from './support/socket-client.ts';
import { useProxy } from './support/use-proxy.ts';

const proxy = useProxy({ webSearch: { via: 'seat', model: 'gpt-5.2' } });
let client: SocketClient | undefined;

afterEach(async () => {
  client?.close();
  await client?.closed;
  proxy().simulator.changeScenario({ webSearch: 'found' });
});

const asked = {
  model: 'claude-sonnet-5.5',
  tools: [{ type: 'web_search' }],
  store: false,
  input: 'Look it up. [[sim:tool web_search {"query":"tallest lighthouse"}]]',
};

test('one answer with its search, in the grammar of the vendor, and the next call goes on from it', async () => {
  client = await connectSocket(proxy().url, proxy().key);
  const events = await client.ask(asked);
  const grammar = createResponsesGrammar();
  for (const event of events) expect(grammar.push(event)).toBeNull();
  expect(grammar.end()).toBeNull();
  expect(events.map(({ type }) => type)).toContain('response.web_search_call.completed');
  expect(textOf(events)).toContain('https://news.example/tallest-lighthouse');
  const next = await client.ask({ ...asked, previous_response_id: idOf(events), input: 'And now?' });
  expect(textOf(next)).toContain('And now?');
});

test('a caller who hangs up ends the search', async () => {
  proxy().simulator.changeScenario({ webSearch: 'slow', searchDelayMs: 60_000 });
  client = await connectSocket(proxy().url, proxy().key);
  const before = proxy().simulator.requestsTo('/responses').length;
  const asking = client.ask(asked);
  asking.catch(() => undefined);
  await vi.waitFor(() => expect(proxy().simulator.requestsTo('/responses')).toHaveLength(before + 1));
  client.close();
  await vi.waitFor(() => expect(proxy().simulator.requestsTo('/responses').at(-1)?.ended).toBe('client-left'));
  await vi.waitFor(() => expect(proxy().proxy.status().openExchanges).toBe(0));
});
