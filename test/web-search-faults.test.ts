/** Searches of the web that go wrong, or are ended: by their maker, the caller, the owner or the budget. */
import type Anthropic from '@anthropic-ai/sdk';
import { afterEach, expect, test, vi } from 'vitest';
import { anthropic, openai } from './support/sdk-clients.ts';
import { startProxy, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';
import { expectQuiet } from './support/use-proxy.ts';

let started: StartedProxy | undefined;
afterEach(async () => {
  if (started !== undefined) await expectQuiet(started);
  await started?.close();
  started = undefined;
});

async function start(options: StartProxyOptions = {}): Promise<StartedProxy> {
  started = await startProxy({ webSearch: { via: 'seat', model: 'gpt-5.2' }, ...options });
  return started;
}

const params: Anthropic.MessageCreateParamsNonStreaming = {
  model: 'claude-sonnet-5.5',
  max_tokens: 400,
  tools: [{ type: 'web_search_20250305', name: 'web_search' }],
  messages: [{ role: 'user', content: 'Look it up. [[sim:tool web_search {"query":"tallest lighthouse"}]]' }],
};
const searches = (door: StartedProxy) => door.simulator.requestsTo('/responses');
/** Time enough to change what comes after it. */
const soon = { simulator: { scenario: { webSearch: 'slow' as const, searchDelayMs: 300 } } };
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5000, interval: 10 });
/** Until the search is under way. */
const searchBegins = (door: StartedProxy) => eventually(() => expect(searches(door)).toHaveLength(1));

test.each([
  ['the search fails', { scenario: { webSearch: 'fails' as const } }, 'unavailable'],
  [
    'the upstream refuses it',
    { scenario: { faults: [{ on: '/responses', do: { kind: 'status' as const, status: 500 } }] } },
    'unavailable',
  ],
])('%s: an error of the search, and the model goes on', async (_what, simulator, code) => {
  const door = await start({ simulator });
  const message = await anthropic(door).messages.stream(params).finalMessage();
  const result = message.content.find((block) => block.type === 'web_search_tool_result');
  expect(result?.content).toEqual({ type: 'web_search_tool_result_error', error_code: code });
  expect(message.content.at(-1)?.type).toBe('text');
  expect(message.stop_reason).toBe('end_turn');
  expect(door.complaints).toContain('a web search failed');
});

test('a search that finds nothing is a search all the same', async () => {
  const door = await start({ simulator: { scenario: { webSearch: 'nothing' } } });
  const message = await anthropic(door).messages.stream(params).finalMessage();
  expect(message.content.find((block) => block.type === 'web_search_tool_result')?.content).toEqual([]);
  expect(message.usage.server_tool_use).toMatchObject({ web_search_requests: 1 });
});

test('a caller who leaves ends the search, and no follow-up is made', async () => {
  const door = await start({ simulator: { scenario: { webSearch: 'slow', searchDelayMs: 60_000 } } });
  const controller = new AbortController();
  const reading = anthropic(door).messages.stream(params, { signal: controller.signal }).finalMessage();
  reading.catch(() => undefined);
  await searchBegins(door);
  controller.abort();
  await expect(reading).rejects.toThrow('aborted');
  await eventually(() => expect(searches(door)[0]?.ended).toBe('client-left'));
  await eventually(() => expect(door.proxy.status().openExchanges).toBe(0));
  expect(door.simulator.requestsTo('/v1/messages')).toHaveLength(1);
});

test('a caller who leaves during the follow-up ends that', async () => {
  const door = await start(soon);
  const controller = new AbortController();
  const reading = anthropic(door).messages.stream(params, { signal: controller.signal }).finalMessage();
  reading.catch(() => undefined);
  await searchBegins(door);
  door.simulator.addFault({ on: '/v1/messages', do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  await eventually(() => expect(door.simulator.requestsTo('/v1/messages')).toHaveLength(2));
  controller.abort();
  await expect(reading).rejects.toThrow('aborted');
  await eventually(() => expect(door.simulator.requestsTo('/v1/messages')[1]?.ended).toBe('client-left'));
});

test('pings keep the stream alive while the search is made', async () => {
  const door = await start({
    simulator: { scenario: { webSearch: 'slow', searchDelayMs: 400 } },
    limits: { heartbeatMs: 100 },
  });
  const { url, key } = door;
  const reply = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ...params, stream: true }),
  });
  const text = await reply.text();
  const during = text.slice(text.indexOf('content_block_stop'), text.indexOf('web_search_tool_result'));
  expect(during).toContain('event: ping');
  expect(text.trimEnd()).toMatch(/"message_stop"\}$/);
});

test('while it searches, the answer counts as open', async () => {
  const door = await start(soon);
  const reading = anthropic(door).messages.stream(params).finalMessage();
  await searchBegins(door);
  expect(door.proxy.status().openExchanges).toBeGreaterThan(0);
  await reading;
});

test.each([
  ['streamed', () => anthropic(started!).messages.stream(params).finalMessage()],
  ['whole', () => anthropic(started!).messages.create(params)],
])('a follow-up that may not be paid for ends the answer with the reason, %s', async (_how, call) => {
  const door = await start({ limits: { budgets: ['5 per month'] } });
  door.simulator.addFault({ on: '/responses', do: { kind: 'prompt-tokens', count: 100_000 } });
  await expect(call()).rejects.toThrow(/credits spent/);
  expect(door.simulator.requestsTo('/v1/messages')).toHaveLength(1);
});

test('an answer that breaks off behind a search ends with an error, not with a full stop', async () => {
  const door = await start(soon);
  const reading = anthropic(door).messages.stream(params).finalMessage();
  reading.catch(() => undefined);
  await searchBegins(door);
  door.simulator.addFault({ on: '/v1/messages', do: { kind: 'cut', afterEvents: 6 } });
  await expect(reading).rejects.toThrow(/ended|broke|terminated|upstream/i);
});

test('the end of the proxy ends an answer whose search is under way', async () => {
  const door = await start({
    simulator: { scenario: { webSearch: 'slow', searchDelayMs: 60_000 } },
    limits: { drainMs: 50 },
  });
  const reading = anthropic(door).messages.stream(params).finalMessage();
  reading.catch(() => undefined);
  await searchBegins(door);
  await door.proxy.close();
  await expect(reading).rejects.toThrow(/shutting down/);
});

test('the owner stops the answer by its id while it searches', async () => {
  const door = await start({ simulator: { scenario: { webSearch: 'slow', searchDelayMs: 60_000 } } });
  const stream = anthropic(door).messages.stream(params);
  const reading = stream.finalMessage();
  reading.catch(() => undefined);
  const { response } = await stream.withResponse();
  await searchBegins(door);
  expect(door.proxy.stopExchange(response.headers.get('x-crossfeed-exchange') ?? '')).toBe(true);
  await expect(reading).rejects.toThrow(/stopped/);
});

test('without the setting the tool is left out, and the edit says how to switch it on', async () => {
  const door = await start({ webSearch: { via: 'off' } });
  const { data, response } = await anthropic(door).messages.create(params).withResponse();
  expect(response.headers.get('x-crossfeed-edits')).toContain('no-server-tools');
  expect(data.content.map(({ type }) => type)).toEqual(['text']);
  const chat = await openai(door)
    .chat.completions.create({ model: 'gpt-5.2', messages: [{ role: 'user', content: 'hi' }], web_search_options: {} })
    .withResponse();
  expect(chat.data.choices[0]?.finish_reason).toBe('stop');
});

test.each([
  ['allow allow allow', 'end_turn', 1],
  ['allow deny allow', 'end_turn', 0],
])('each of its calls waits for the owner, who says %s', async (words, reason, found) => {
  const door = await start({ limits: { approval: 'all', heartbeatMs: 20 }, pace: { openAfterMs: 30 } });
  const reading = anthropic(door).messages.stream(params).finalMessage();
  const { approvals } = door.proxy.spending;
  for (const word of words.split(' ')) {
    await eventually(() => expect(approvals.waiting()).toHaveLength(1));
    approvals.answer(approvals.waiting()[0]?.id ?? '', word === 'deny' ? 'deny' : 'allow');
  }
  const message = await reading;
  expect(message.stop_reason).toBe(reason);
  expect(message.usage.server_tool_use?.web_search_requests ?? 0).toBe(found);
});

test('a follow-up that its owner denies ends the answer, and says so', async () => {
  const door = await start({ limits: { approval: 'all' } });
  const reading = anthropic(door).messages.stream(params).finalMessage();
  reading.catch(() => undefined);
  const { approvals } = door.proxy.spending;
  for (const word of ['allow', 'allow', 'deny'] as const) {
    await eventually(() => expect(approvals.waiting()).toHaveLength(1));
    approvals.answer(approvals.waiting()[0]?.id ?? '', word);
  }
  await expect(reading).rejects.toThrow(/did not allow/);
  expect(door.simulator.requestsTo('/v1/messages')).toHaveLength(1);
});
