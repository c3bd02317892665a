/** Gemini's API over the wire: paths, both framings, keys, errors in its own shape, counts, preview and the drain. */
import { describe, expect, test, vi } from 'vitest';
import { createGeminiGrammar } from '../src/protocols/gemini/grammar.ts';
import { google } from './support/sdk-clients.ts';
import { startProxy } from './support/start-proxy.ts';
import { expectQuiet, useProxy } from './support/use-proxy.ts';

const proxy = useProxy();
const model = 'gpt-6.1-sol';
const say = (text: string) => ({ contents: [{ role: 'user', parts: [{ text }] }] });
const call = (method: string, name = model) => `/v1beta/models/${name}:${method}`;

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function ask(path: string, body: unknown = say('Hello Köln'), { method = 'POST', headers }: Asked = {}) {
  return fetch(proxy().url + path, {
    method,
    headers: { 'content-type': 'application/json', ...(headers ?? { 'x-goog-api-key': proxy().key }) },
    ...(method === 'GET' ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

interface Chunk {
  readonly candidates?: readonly { readonly content?: { readonly parts?: readonly { readonly text?: string }[] } }[];
  readonly error?: { readonly code: number; readonly message: string; readonly status: string };
}

const textOf = (chunks: readonly Chunk[]) =>
  chunks
    .map(({ candidates }) => candidates?.[0]?.content?.parts?.map(({ text }) => text ?? '').join('') ?? '')
    .join('');

function eventsOf(text: string): Chunk[] {
  const frames = text.split('\r\n\r\n');
  // Behind an error stands what stops the SDK's 1.x.
  expect(frames.pop()).toMatch(/^(?:event: error\r\n)?$/);
  return frames.map((frame) => {
    expect(frame).toMatch(/^data: \{[^\n]*\}$/);
    return JSON.parse(frame.slice('data: '.length)) as Chunk;
  });
}

describe('a stream', () => {
  test.each(['?alt=sse', '?%24alt=sse'])('with %s is server-sent events', async (query) => {
    const reply = await ask(call('streamGenerateContent') + query);
    expect(reply.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsOf(await reply.text());
    expect(textOf(events)).toContain('Hello Köln');
    const grammar = createGeminiGrammar();
    expect([...events.map((event) => grammar.push(event)), grammar.end()].filter((fault) => fault !== null)).toEqual(
      [],
    );
  });

  test.each(['', '?alt=json'])('with "%s" is one JSON array, an element a chunk', async (query) => {
    const reply = await ask(call('streamGenerateContent') + query);
    expect(reply.headers.get('content-type')).toContain('application/json');
    expect(reply.headers.get('x-crossfeed-lane')).toBe('translated');
    const chunks = (await reply.json()) as Chunk[];
    expect(chunks.length).toBeGreaterThan(3);
    expect(textOf(chunks)).toContain('Hello Köln');
  });

  test.each([
    ['cut 14', /broke off/],
    ['error 14', /./],
  ])('that fails in its middle ends with the error, in both forms: %s', async (marker, message) => {
    const body = say(`[[sim:${marker}]] Tell me more`);
    const events = eventsOf(await (await ask(`${call('streamGenerateContent')}?alt=sse`, body)).text());
    const elements = (await (await ask(call('streamGenerateContent'), body)).json()) as Chunk[];
    for (const chunks of [events, elements]) {
      expect(textOf(chunks)).not.toBe('');
      expect(chunks.at(-1)).toEqual({
        error: { code: expect.any(Number), message: expect.stringMatching(message), status: expect.any(String) },
      });
      expect(chunks.filter(({ error }) => error)).toHaveLength(1);
    }
  });

  test('that fails before anything was said has its true status', async () => {
    const reply = await ask(call('streamGenerateContent'), say('[[sim:429]]'));
    expect(reply.status).toBe(429);
    expect(await reply.json()).toMatchObject({ error: { code: 429, status: 'RESOURCE_EXHAUSTED' } });
  });
});

test('the name in the URL wins over one in the body, and `models/` may stand twice', async () => {
  const body = { ...say('Hello'), model: 'models/nothing', stream: true };
  for (const name of ['models/gpt-6.1-sol', 'gpt-6-1-sol', 'GPT-6.1-sol']) {
    expect((await ask(call('generateContent', name), body)).status).toBe(200);
    expect(proxy().simulator.requests.at(-1)?.json).toMatchObject({ model: 'gpt-6.1-sol' });
  }
});

test.each([
  '/v1/models/gpt-6.1-sol:generateContent',
  '/models/gpt-6.1-sol:generateContent',
  '/v1/v1beta/models/gpt-6.1-sol:generateContent',
  '/v1beta/v1beta/models/gpt-6.1-sol:generateContent',
  '/v1beta/models/gpt-6.1-sol%3AgenerateContent',
])('%s is the same call', async (path) => expect((await ask(path)).status).toBe(200));

describe('a key', () => {
  test.each([
    ['x-goog-api-key', (key: string) => ({ headers: { 'x-goog-api-key': key }, query: '', prefix: '' })],
    ['bearer', (key: string) => ({ headers: { authorization: `Bearer ${key}` }, query: '', prefix: '' })],
    ['?key=', (key: string) => ({ headers: {}, query: `?key=${key}`, prefix: '' })],
    ['the path', (key: string) => ({ headers: {}, query: '', prefix: `/k/${key}` })],
  ])('may come by %s, and a wrong one is told so', async (_place, place) => {
    const to = (key: string) => {
      const { headers, query, prefix } = place(key);
      return ask(`${prefix}${call('generateContent')}${query}`, say('Hello'), { headers });
    };
    expect((await to(proxy().key)).status).toBe(200);
    const wrong = await to('cf_wrong-key-of-somebody-else');
    const text = await wrong.text();
    expect([wrong.status, JSON.parse(text)]).toMatchObject([401, { error: { code: 401, status: 'UNAUTHENTICATED' } }]);
    expect(text).not.toContain('cf_wrong-key-of-somebody-else');
  });

  test('in a query stands in no record and no error', async () => {
    await ask(`${call('generateContent', 'nope')}?key=${proxy().key}`, say('Hello'), { headers: {} });
    // The ledger is written a turn later.
    const records = await vi.waitFor(async () => {
      const text = JSON.stringify(await proxy().store.exchanges.recent(100));
      expect(text).toContain('/v1beta/models/{model}:generateContent');
      return text;
    });
    expect(records).not.toContain(proxy().key);
  });

  test("that is wrong stops Google's SDK", async () => {
    const client = google({ url: proxy().url, key: 'cf_another-wrong-key' });
    const asked = client.models.generateContent({ model, contents: 'Hello' });
    await expect(asked).rejects.toMatchObject({ status: 401, message: expect.stringContaining('crossfeed keys show') });
  });
});

describe.each<[what: string, path: string, asked: Asked & { readonly body?: unknown }, error: object]>([
  ['an unknown method (B-114)', call('predict'), {}, { code: 404, status: 'NOT_FOUND' }],
  ['an unknown path', '/v1beta/files', {}, { code: 404, status: 'NOT_FOUND' }],
  ['alt=xml (B-115)', `${call('generateContent')}?alt=xml`, {}, { code: 400, status: 'INVALID_ARGUMENT' }],
  ['an unknown model', call('generateContent', 'nope'), {}, { code: 404, status: 'NOT_FOUND' }],
  ['no JSON', call('generateContent'), { body: '{"contents":' }, { code: 400, status: 'INVALID_ARGUMENT' }],
  ['nothing said', call('generateContent'), { body: { contents: [] } }, { code: 400, status: 'INVALID_ARGUMENT' }],
  ['a body as a form', call('generateContent'), { headers: {} }, { code: 401, status: 'UNAUTHENTICATED' }],
  ['another method of HTTP', call('generateContent'), { method: 'PUT' }, { code: 405, status: 'INVALID_ARGUMENT' }],
])('%s', (_what, path, { body, ...asked }, error) => {
  test('is refused in its shape', async () => {
    const reply = await ask(path, body, asked);
    expect(await reply.json()).toMatchObject({ error: { ...error, message: expect.stringMatching(/\w/) } });
    expect(reply.headers.get('allow')).toBe(asked.method === 'PUT' ? 'POST' : null);
  });
});

test('a body that is labelled as something else is refused', async () => {
  const headers = { 'x-goog-api-key': proxy().key, 'content-type': 'text/plain' };
  expect((await ask(call('generateContent'), say('Hello'), { headers })).status).toBe(415);
});

test('the list is in its shape whatever the headers say, and may be paged', async () => {
  const headers = { authorization: `Bearer ${proxy().key}`, 'anthropic-version': '2023-06-01' };
  const list = async (query: string) => {
    const reply = await ask(`/v1beta/models${query}`, undefined, { method: 'GET', headers });
    return (await reply.json()) as { models: { name: string }[]; nextPageToken?: string; error?: { status: string } };
  };
  const { models } = await list('');
  const paged: { name: string }[] = [];
  let token = '';
  do {
    const page = await list(`?pageSize=4&pageToken=${token}`);
    paged.push(...page.models);
    token = page.nextPageToken ?? '';
  } while (token !== '');
  expect(paged).toEqual(models);
  expect(await list('?pageToken=x')).toMatchObject({ error: { status: 'INVALID_ARGUMENT' } });
  const one = await ask('/v1beta/models/models/claude-opus-5-5', undefined, { method: 'GET', headers });
  expect(await one.json()).toMatchObject({ name: 'models/claude-opus-5.5' });
});

describe('countTokens', () => {
  test.each([
    ['claude-sonnet-5.5', 'upstream'],
    ['gpt-6.1-sol', 'estimated'],
    ['gemini-3.8-flash', 'estimated'],
  ])('of %s is %s, of contents and of a whole request', async (name, how) => {
    const bare = await ask(call('countTokens', name));
    expect(bare.headers.get('x-crossfeed-count')).toBe(how);
    const { totalTokens } = (await bare.json()) as { totalTokens: number };
    const systemInstruction = { parts: [{ text: 'Be kind, and say what you know of the city. '.repeat(20) }] };
    const generateContentRequest = { model: `models/${name}`, ...say('Hello Köln'), systemInstruction };
    const whole = (await (await ask(call('countTokens', name), { generateContentRequest })).json()) as typeof bare & {
      totalTokens: number;
    };
    expect(whole.totalTokens).toBeGreaterThan(totalTokens + 50);
  });

  test('what cannot be counted is refused in its words', async () => {
    const reply = await ask(call('countTokens'), { contents: [{ role: 'user', parts: [{ text: 7 }] }] });
    expect([reply.status, await reply.json()]).toMatchObject([400, { error: { status: 'INVALID_ARGUMENT' } }]);
  });
});

test('two texts become two embeddings, one becomes one', async () => {
  const embedding = (text: string) => ({ model: 'models/x', content: { parts: [{ text }] } });
  const one = await ask(call('embedContent', 'text-embedding-3-small'), embedding('a'));
  expect(await one.json()).toMatchObject({ embedding: { values: expect.any(Array) } });
  expect(one.headers.get('x-crossfeed-lane')).toBe('translated');
  const requests = [embedding('a'), embedding('b')];
  const two = (await (await ask(call('batchEmbedContents', 'text-embedding-3-small'), { requests })).json()) as {
    embeddings: unknown[];
  };
  expect(two.embeddings).toHaveLength(2);
});

test('turns of one conversation are one session, and a tool result is no human', async () => {
  const sessions: string[] = [];
  const initiators: string[] = [];
  const leave = proxy().proxy.events.subscribe((event) => {
    if (event.type === 'started') sessions.push(event.session);
    if (event.type === 'routed') initiators.push(event.initiator);
  });
  const first = { role: 'user', parts: [{ text: 'How warm is it?' }] };
  const asks = { role: 'model', parts: [{ functionCall: { name: 'weather', args: {} } }] };
  const result = { role: 'user', parts: [{ functionResponse: { name: 'weather', response: { output: 'warm' } } }] };
  const tools = [{ functionDeclarations: [{ name: 'weather' }] }];
  const systemInstruction = { parts: [{ text: 'Be kind.' }] };
  for (const contents of [[first], [first, asks, result]])
    await (await ask(call('generateContent'), { systemInstruction, contents, tools })).text();
  await (await ask(call('generateContent'), say('Another'))).text();
  leave();
  expect(sessions[1]).toBe(sessions[0]);
  expect(sessions[2]).not.toBe(sessions[0]);
  expect(initiators).toEqual(['user', 'agent', 'user']);
});

test('a preview shows what would go up, and refuses in its shape', async () => {
  const preview = (path: string, body: unknown) =>
    ask('/crossfeed/v1/preview', { path, body }, { headers: { authorization: `Bearer ${proxy().key}` } });
  expect(await (await preview(`${call('streamGenerateContent')}?alt=sse`, say('Hello'))).json()).toMatchObject({
    lane: 'translated',
    model,
    endpoint: '/responses',
    body: { model, stream: true },
  });
  expect(await (await preview(call('countTokens', 'claude-sonnet-5.5'), say('Hello'))).json()).toMatchObject({
    endpoint: '/v1/messages/count_tokens',
    body: { model: 'claude-sonnet-5.5', messages: [{ role: 'user' }] },
  });
  const refused = await preview(`${call('generateContent')}?alt=xml`, say('Hello'));
  expect([refused.status, await refused.json()]).toMatchObject([400, { error: { status: 'INVALID_ARGUMENT' } }]);
});

test('a stream that is quiet from its beginning has its head, and nothing else: clients die of comments', async () => {
  const own = await startProxy({
    limits: { headHoldMs: 30, heartbeatMs: 40, silenceMs: 400, reasoningSilenceMs: 400 },
  });
  const reply = await fetch(`${own.url}${call('streamGenerateContent')}?alt=sse`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-goog-api-key': own.key },
    body: JSON.stringify(say('[[sim:stall 3]] Hello')),
  });
  expect(reply.status).toBe(200);
  expect(eventsOf(await reply.text())).toMatchObject([{ error: { code: 502, status: 'UNAVAILABLE' } }]);
  await expectQuiet(own);
  await own.close();
});

test('a drain ends a running stream with an error within its form, and refuses new ones', async () => {
  const own = await startProxy({ limits: { drainMs: 300, heartbeatMs: 50 } });
  const open = (query: string) =>
    fetch(`${own.url}${call('streamGenerateContent')}${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-goog-api-key': own.key },
      body: JSON.stringify(say('[[sim:stall 14]] Hello')),
    });
  const replies = await Promise.all([open(''), open('?alt=sse')]);
  const closing = own.proxy.close();
  const [array = '', events = ''] = await Promise.all(replies.map((reply) => reply.text()));
  await closing;
  expect((JSON.parse(array) as Chunk[]).at(-1)?.error).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
  expect(eventsOf(events).at(-1)?.error).toMatchObject({ code: 503, status: 'UNAVAILABLE' });
  await expectQuiet(own);
  await own.simulator.close();
  own.store.close();
});
