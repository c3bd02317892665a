/** Ollama's API over the wire: lines, loads, chores, errors in its own shape; and the port that its tools know. */
import { afterEach, describe, expect, test } from 'vitest';
import { createOllamaGrammar } from '../src/protocols/ollama/grammar.ts';
import { sendRaw } from './support/raw-client.ts';
import { ollama } from './support/sdk-clients.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { expectQuiet, useProxy } from './support/use-proxy.ts';

const proxy = useProxy();
const model = 'gpt-6.1-sol';
const say = (content: string) => ({ model, messages: [{ role: 'user', content }] });

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(path: string, body: unknown = say('Hello Köln'), { method = 'POST', headers }: Asked = {}) {
  return fetch(proxy().url + path, {
    method,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${proxy().key}`, ...headers },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

interface Line {
  readonly message?: { readonly content: string };
  readonly response?: string;
  readonly done?: boolean;
  readonly error?: string;
}

function linesOf(text: string): Line[] {
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map((line) => JSON.parse(line) as Line);
}

test.each([
  ['/api/chat', 'chat', say('Hello Köln')],
  ['/v1/api/chat', 'chat', say('Hello Köln')],
  ['/api/generate', 'generate', { model, prompt: 'Hello Köln' }],
] as const)('%s streams lines unless it is told not to', async (path, kind, body) => {
  const reply = await ask(path, body);
  expect(reply.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = linesOf(await reply.text());
  const grammar = createOllamaGrammar(kind);
  expect([...lines.map((line) => grammar.push(line)), grammar.end()].filter((fault) => fault !== null)).toEqual([]);
  const text = lines.map(({ message, response }) => message?.content ?? response).join('');
  expect(text).toContain('Hello Köln');
  const whole = await ask(path, { ...body, stream: false });
  expect(whole.headers.get('content-type')).toBe('application/json');
  const answer = (await whole.json()) as Line;
  expect([answer.message?.content ?? answer.response, answer.done]).toEqual([text, true]);
});

test.each([
  ['cut 14', /broke off/],
  ['error 14', /./],
])('a stream that fails in its middle ends with a line that says so: %s', async (marker, message) => {
  const lines = linesOf(await (await ask('/api/chat', say(`[[sim:${marker}]] Tell me more`))).text());
  expect(lines.at(-1)).toEqual({ error: expect.stringMatching(message) });
  expect(lines.filter(({ error, done }) => error ?? done)).toHaveLength(1);
});

describe('a load', () => {
  test.each([
    ['/api/generate', { model }, { response: '', done: true, done_reason: 'load' }],
    ['/api/generate', { model, prompt: '', keep_alive: 0 }, { response: '', done: true, done_reason: 'unload' }],
    ['/api/chat', { model, messages: [] }, { message: { role: 'assistant', content: '' }, done_reason: 'load' }],
    ['/api/embed', { model: 'text-embedding-3-small', input: [] }, { embeddings: [] }],
    ['/api/embeddings', { model: 'text-embedding-3-small', prompt: '' }, { embedding: [] }],
  ])('%s with %j asks nobody', async (path, body, answer) => {
    const before = proxy().simulator.requests.length;
    const reply = await ask(path, body);
    expect(linesOf(await reply.text())).toMatchObject([answer]);
    expect(reply.headers.get('x-crossfeed-exchange')).toMatch(/^cf-/);
    expect(proxy().simulator.requests.length).toBe(before);
  });

  test('of a model that there is not is refused', async () => {
    const reply = await ask('/api/generate', { model: 'llama3' });
    expect([reply.status, await reply.json()]).toMatchObject([404, { error: expect.stringContaining('llama3') }]);
  });
});

test.each([
  ['/api/pull', 'POST'],
  ['/api/push', 'POST'],
  ['/api/create', 'POST'],
  ['/api/copy', 'POST'],
  ['/api/delete', 'DELETE'],
  ['/api/blobs/sha256:abc', 'HEAD'],
  ['/v1/api/pull', 'POST'],
])('%s by %s is not supported (B-116)', async (path, method) => {
  const reply = await ask(path, method === 'HEAD' ? undefined : {}, { method: method === 'HEAD' ? 'GET' : method });
  expect([reply.status, await reply.json()]).toEqual([
    501,
    { error: 'Not supported by this proxy: the models are those of the Copilot seat, and none is kept here.' },
  ]);
});

test.each<[what: string, path: string, asked: Asked & { readonly body?: unknown }, status: number]>([
  ['an unknown model', '/api/chat', { body: { ...say('x'), model: 'nope' } }, 404],
  ['no JSON', '/api/chat', { body: '{"model":' }, 400],
  ['an unknown path', '/api/nothing', {}, 404],
  ['another method', '/api/chat', { method: 'GET' }, 405],
  ['a show by GET', '/api/show', { method: 'GET' }, 405],
  ['a show of nothing', '/api/show', { body: {} }, 400],
  ['a show of an unknown model', '/api/show', { body: { model: 'llama3' } }, 404],
  ['a wrong key', '/api/tags', { method: 'GET', headers: { authorization: 'Bearer cf_wrong' } }, 401],
  ['a key in the query', '/api/tags?key=cf', { method: 'GET', headers: { authorization: '' } }, 401],
  ['a stream that is neither', '/api/chat', { body: { ...say('x'), stream: 'yes' } }, 400],
  ['an upstream that asks to wait', '/api/chat', { body: say('[[sim:429]]') }, 429],
])('%s is an error in its shape', async (_what, path, { body, ...asked }, status) => {
  const reply = await ask(path, body, asked);
  expect([reply.status, await reply.json()]).toEqual([status, { error: expect.stringMatching(/\w/) }]);
});

test('an older client names the model to show `name`, and an alias is shown under its own', async () => {
  const shown = (await (await ask('/api/show', { name: 'claude-sonnet-5-5:latest' })).json()) as {
    model_info: Record<string, unknown>;
  };
  expect(shown.model_info['general.basename']).toBe('claude-sonnet-5.5');
});

describe('`curl -d`, which calls everything a form (B-011)', () => {
  /** Says no more than curl does: Node's own fetch says of itself that it is a page. */
  function curl(path: string, body: object, headers: Readonly<Record<string, string>> = {}) {
    const { url, key } = proxy();
    const bytes = Buffer.from(JSON.stringify(body));
    const lines = Object.entries({
      host: new URL(url).host,
      authorization: `Bearer ${key}`,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': String(bytes.length),
      connection: 'close',
      ...headers,
    }).map(([name, value]) => `${name}: ${value}\r\n`);
    const head = Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    return sendRaw(Number(new URL(url).port), Buffer.concat([head, bytes]), { untilClosed: true });
  }

  test.each(['/api/chat', '/api/generate', '/api/show', '/api/embed'])('is taken on %s', async (path) => {
    const body = { model, prompt: 'Hello', messages: say('Hello').messages, input: [] };
    expect((await curl(path, body)).status).toBe(200);
  });

  test.each([
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a page of our own', { 'sec-fetch-site': 'same-origin' }, 415],
  ])('is not taken from %s', async (_who, headers, status) =>
    expect((await curl('/api/chat', say('x'), headers as Record<string, string>)).status).toBe(status),
  );

  test('is refused elsewhere', async () => expect((await curl('/v1/chat/completions', say('x'))).status).toBe(415));
});

test('a conversation is one session, and a tool result is no human', async () => {
  const seen: string[] = [];
  const leave = proxy().proxy.events.subscribe((event) => {
    if (event.type === 'started') seen.push(event.session);
    if (event.type === 'routed') seen.push(event.initiator);
  });
  const [first] = say('How warm is it?').messages;
  const calls = [{ function: { name: 'weather', arguments: {} } }];
  const result = { role: 'tool', content: 'warm', tool_name: 'weather' };
  const tools = [{ type: 'function', function: { name: 'weather', parameters: { type: 'object', properties: {} } } }];
  for (const messages of [[first], [first, { role: 'assistant', content: '', tool_calls: calls }, result]])
    await (await ask('/api/chat', { model, messages, tools })).text();
  leave();
  const [session, user, again, agent] = seen;
  expect([user, again, agent]).toEqual(['user', session, 'agent']);
});

test('a preview shows what would go up', async () => {
  const reply = await ask('/crossfeed/v1/preview', { path: '/api/generate', body: { model, prompt: 'Hello' } });
  expect(await reply.json()).toMatchObject({ lane: 'translated', model, endpoint: '/responses', body: { model } });
});

describe("the port of Ollama's tools", () => {
  let own: StartedProxy | undefined;
  afterEach(async () => {
    await own?.close();
    own = undefined;
  });

  async function start(requireKey: boolean) {
    own = await startProxy({ server: { allowHosts: ['box.example'], ollama: { port: 0, requireKey } } });
    const { ollamaUrl } = own.proxy.status();
    expect(ollamaUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    return { ...own, ollamaUrl: ollamaUrl ?? '' };
  }

  test('says what they look for, and has the same paths and keys', async () => {
    const { url, ollamaUrl, key } = await start(true);
    for (const method of ['GET', 'HEAD']) expect((await fetch(ollamaUrl, { method })).status).toBe(200);
    expect(await (await fetch(ollamaUrl)).text()).toBe('Ollama is running');
    expect(await (await fetch(url)).text()).toMatch(/^Crossfeed:/);
    expect((await fetch(`${ollamaUrl}/api/tags`)).status).toBe(401);
    expect((await ollama({ url: ollamaUrl, key }).chat(say('Hello'))).message.content).toContain('Hello');
    expect((await fetch(`${ollamaUrl}/v1/models`, { headers: { 'x-api-key': key } })).status).toBe(200);
  });

  test('needs no key where its owner says so, and only there', async () => {
    const { url, ollamaUrl } = await start(false);
    expect((await fetch(`${ollamaUrl}/api/tags`)).status).toBe(200);
    expect((await ollama({ url: ollamaUrl, key: 'ollama' }).chat(say('Hello'))).message.content).toContain('Hello');
    expect((await fetch(`${url}/api/tags`)).status).toBe(401);
    expect((await fetch(`${ollamaUrl}/api/tags`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
    const { port } = new URL(ollamaUrl);
    const named = await sendRaw(Number(port), `GET /api/tags HTTP/1.1\r\nHost: box.example:${port}\r\n\r\n`);
    expect(named.status).toBe(403);
    const page = { origin: ollamaUrl, 'sec-fetch-site': 'same-origin' };
    const form = { method: 'POST', headers: { ...page, 'content-type': 'text/plain' }, body: JSON.stringify(say('x')) };
    expect((await fetch(`${ollamaUrl}/api/chat`, form)).status).toBe(415);
  });

  test('is drained with the other', async () => {
    const { ollamaUrl, key, proxy: running } = await start(true);
    const reply = await fetch(`${ollamaUrl}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify(say('[[sim:slow 5]] Hello')),
    });
    const closing = running.close();
    expect(linesOf(await reply.text()).at(-1)).toMatchObject({ done: true });
    await closing;
    await expect(fetch(ollamaUrl)).rejects.toThrow('fetch failed');
    if (own) await expectQuiet(own);
  });

  test.each([
    ['no port', { port: null, requireKey: false }, {}, /--ollama-no-key is of no use alone/],
    ['other machines', { port: 0, requireKey: false }, { host: '0.0.0.0', lan: true }, /only this machine can call/],
    ['a reverse proxy', { port: 0, requireKey: false }, { behindProxy: ['127.0.0.1'] }, /only this machine can call/],
    ['its own port', { port: 4999, requireKey: true }, { port: 4999 }, /the port of the proxy itself/],
  ])('does not open with %s', async (_why, settings, server, reason) => {
    await expect(startProxy({ server: { ...server, ollama: settings } })).rejects.toThrow(reason);
  });
});
