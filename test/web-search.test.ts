/** Searches of the web that the proxy makes for a model: what callers of Messages see, what goes up, what is booked. */
import type Anthropic from '@anthropic-ai/sdk';
import { expect, test, vi } from 'vitest';
import { anthropic } from './support/sdk-clients.ts';
import type { StartedProxy } from './support/start-proxy.ts';
import { useProxy } from './support/use-proxy.ts';

const proxy = useProxy({ webSearch: { via: 'seat', model: 'gpt-5.2', maxUses: 4 } });

const hosted = { type: 'web_search_20250305', name: 'web_search' } as const;
const own = { name: 'look', input_schema: { type: 'object' as const } };
const searching = 'Look it up. [[sim:tool web_search {"query":"tallest lighthouse"}]]';
const threeAtOnce = ['a', 'b', 'c'].map((query) => `[[sim:tool web_search {"query":"${query}"}]]`).join(' ');

type Asked = Partial<Omit<Anthropic.MessageCreateParamsNonStreaming, 'stream'>>;

const asked = (text: string, more: Asked = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model: 'claude-sonnet-5.5',
  max_tokens: 800,
  tools: [hosted],
  messages: [{ role: 'user', content: text }],
  ...more,
});

const whole = async (door: StartedProxy, params: Anthropic.MessageCreateParamsNonStreaming) =>
  anthropic(door).messages.create(params);
const streamed = async (door: StartedProxy, params: Anthropic.MessageCreateParamsNonStreaming) =>
  anthropic(door).messages.stream(params).finalMessage();
const faces = [
  ['streamed', streamed],
  ['whole', whole],
] as const;

interface SentUp {
  readonly path: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: {
    readonly model: string;
    readonly messages: readonly Anthropic.MessageParam[];
    readonly tools: readonly { readonly type?: string; readonly name?: string; readonly filters?: unknown }[];
    readonly tool_choice?: unknown;
  };
}

/** What went up since `from`, generations alone. */
const sentUp = (from = 0): readonly SentUp[] =>
  proxy()
    .simulator.requests.slice(from)
    .filter(({ path }) => path === '/v1/messages' || path === '/responses')
    .map(({ path, headers, body }) => ({ path, headers, body: JSON.parse(body.toString()) as SentUp['body'] }));
const soFar = () => proxy().simulator.requests.length;

const typesOf = (message: Anthropic.Message) => message.content.map(({ type }) => type);
const resultsOf = (message: Anthropic.Message) =>
  message.content.filter((block) => block.type === 'web_search_tool_result');

test.each(faces)('a search, %s: the call, its result, the words with their citations', async (_how, call) => {
  const message = await call(proxy(), asked(searching));
  expect(typesOf(message)).toEqual(['server_tool_use', 'web_search_tool_result', 'text']);
  const [use, result, text] = message.content;
  expect(use).toMatchObject({ name: 'web_search', input: { query: 'tallest lighthouse' } });
  expect(use?.type === 'server_tool_use' && use.id).toMatch(/^srvtoolu_\w+$/);
  expect(result).toMatchObject({
    tool_use_id: use?.type === 'server_tool_use' ? use.id : '',
    content: expect.arrayContaining([
      expect.objectContaining({
        type: 'web_search_result',
        url: 'https://encyclopedia.example/tallest-lighthouse',
        title: 'tallest lighthouse | encyclopedia.example',
      }),
    ]) as unknown,
  });
  expect(text).toMatchObject({
    text: expect.stringContaining('https://news.example/tallest-lighthouse') as unknown,
    citations: expect.arrayContaining([
      expect.objectContaining({
        type: 'web_search_result_location',
        url: 'https://news.example/tallest-lighthouse',
        cited_text: expect.stringContaining('What news.example says of tallest lighthouse') as unknown,
      }),
    ]) as unknown,
  });
  expect(message.stop_reason).toBe('end_turn');
  expect(message.usage.server_tool_use).toMatchObject({ web_search_requests: 1 });
});

test('streamed and whole are the same answer (law 3)', async () => {
  const [one, other] = [await streamed(proxy(), asked(searching)), await whole(proxy(), asked(searching))];
  const words = ({ content }: Anthropic.Message) =>
    JSON.stringify(content.map((block) => (block.type === 'text' ? [block.text, block.citations] : block.type)));
  expect(words(one)).toBe(words(other));
});

test('a stream has one start, blocks in order and without gaps, one end', async () => {
  const events: Anthropic.RawMessageStreamEvent[] = [];
  const stream = await anthropic(proxy()).messages.create({ ...asked(searching), stream: true });
  for await (const event of stream) events.push(event);
  const types = events.map(({ type }) => type);
  expect(types.filter((type) => type.startsWith('message_'))).toEqual([
    'message_start',
    'message_delta',
    'message_stop',
  ]);
  const places = events.flatMap((event) =>
    event.type === 'content_block_start' || event.type === 'content_block_stop' ? [event.index] : [],
  );
  expect(places).toEqual([0, 0, 1, 1, 2, 2]);
});

test('goes up as a function, is searched for by the model of the settings, and is told as a result', async () => {
  const from = soFar();
  await streamed(proxy(), asked(searching, { tool_choice: { type: 'tool', name: 'web_search' } }));
  const [first, search, second] = sentUp(from);
  expect(first?.body.tools).toEqual([
    expect.objectContaining({ name: 'web_search', input_schema: expect.anything() as unknown }),
  ]);
  expect(first?.body.tool_choice).toEqual({ type: 'tool', name: 'web_search' });
  expect(search).toMatchObject({ path: '/responses', body: { model: 'gpt-5.2', tools: [{ type: 'web_search' }] } });
  expect(search?.headers['x-initiator']).toBe('agent');
  // A search that was forced has been made: the model may speak now.
  expect(second?.body.tool_choice).toBeUndefined();
  expect(second?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(JSON.stringify(second?.body.messages[2])).toContain('What news.example says of tallest lighthouse');
});

test('the next turn begins with the same bytes that the model had: the prompt cache holds (law 5)', async () => {
  const from = soFar();
  const message = await streamed(
    proxy(),
    asked(searching, { thinking: { type: 'enabled', budget_tokens: 1024 }, max_tokens: 4000 }),
  );
  const goingOn = asked(searching, {
    thinking: { type: 'enabled', budget_tokens: 1024 },
    max_tokens: 4000,
    messages: [
      { role: 'user', content: searching },
      { role: 'assistant', content: message.content },
      { role: 'user', content: 'And the second tallest?' },
    ],
  });
  await streamed(proxy(), goingOn);
  const [, , second, third] = sentUp(from);
  expect(third?.body.tools).toEqual(second?.body.tools);
  expect(third?.body.messages.slice(0, 3)).toEqual(second?.body.messages);
  expect(third?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user', 'assistant', 'user']);
  expect(JSON.stringify(third?.body.messages)).not.toMatch(/server_tool_use|web_search_tool_result|citations/);
});

test('several searches at once, and no more than the caller allows', async () => {
  const from = soFar();
  const message = await streamed(proxy(), asked(threeAtOnce, { tools: [{ ...hosted, max_uses: 2 }] }));
  expect(resultsOf(message).map(({ content }) => (Array.isArray(content) ? 'found' : content))).toEqual([
    'found',
    'found',
    { type: 'web_search_tool_result_error', error_code: 'max_uses_exceeded' },
  ]);
  expect(message.usage.server_tool_use).toMatchObject({ web_search_requests: 2 });
  const last = sentUp(from).at(-1);
  expect(last?.body.tool_choice).toEqual({ type: 'none' });
  // Results stand beside each other in one turn, as the calls did.
  expect(last?.body.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
});

test("a search beside a call of the caller's own: it is made at once, and the next turn is put together again", async () => {
  const from = soFar();
  const text = `${searching} [[sim:tool look {"at":"it"}]]`;
  const message = await streamed(proxy(), asked(text, { tools: [hosted, own] }));
  expect(typesOf(message)).toEqual(['server_tool_use', 'tool_use', 'web_search_tool_result']);
  expect(message.stop_reason).toBe('tool_use');
  const look = message.content.find((block) => block.type === 'tool_use');
  const next = await streamed(
    proxy(),
    asked(text, {
      tools: [hosted, own],
      messages: [
        { role: 'user', content: text },
        { role: 'assistant', content: message.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: look?.id ?? '', content: 'seen' }] },
      ],
    }),
  );
  expect(next.stop_reason).toBe('end_turn');
  const [user, model, back] = sentUp(from).at(-1)?.body.messages ?? [];
  expect([user?.role, model?.role, back?.role]).toEqual(['user', 'assistant', 'user']);
  const blocksOf = (turn: Anthropic.MessageParam | undefined) =>
    Array.isArray(turn?.content) ? turn.content.map((block) => block.type) : [];
  expect(blocksOf(model)).toEqual(['tool_use', 'tool_use']);
  expect(blocksOf(back)).toEqual(['tool_result', 'tool_result']);
});

test('a query that is none is an error of the search, and costs none', async () => {
  const from = soFar();
  const message = await streamed(proxy(), asked('[[sim:tool web_search {"query":""}]]'));
  expect(resultsOf(message)[0]?.content).toEqual({
    type: 'web_search_tool_result_error',
    error_code: 'invalid_tool_input',
  });
  expect(message.usage.server_tool_use ?? null).toBeNull();
  expect(sentUp(from).map(({ path }) => path)).toEqual(['/v1/messages', '/v1/messages']);
});

test.each([
  ['allowed', { allowed_domains: ['news.example'] }, ['news.example']],
  [
    'blocked',
    { blocked_domains: ['encyclopedia.example', 'forum.example', 'gazette.example', 'docs.example'] },
    ['news.example'],
  ],
])('domains that are %s hold', async (_how, domains, hosts) => {
  const message = await streamed(proxy(), asked(searching, { tools: [{ ...hosted, ...domains }] }));
  const content = resultsOf(message)[0]?.content;
  const found = Array.isArray(content) ? content.map(({ url }) => new URL(url).host) : [];
  expect([...new Set(found)]).toEqual(hosts);
});

test('the ledger has the turn, its search and its follow-up: each by itself, of one session', async () => {
  const billed = () => Number(proxy().simulator.state.ledger['spentNanoAiu']);
  const billedBefore = billed();
  const { data, response } = await anthropic(proxy()).messages.create(asked(searching)).withResponse();
  const id = response.headers.get('x-crossfeed-exchange') ?? '';
  const { store } = proxy();
  const parent = await vi.waitFor(async () => (await store.exchanges.find(id)) ?? Promise.reject(new Error('not yet')));
  const children = (await store.exchanges.recent(20)).filter(({ parentId }) => parentId === id).toReversed();
  expect(children.map(({ kind, model, initiator }) => ({ kind, model, initiator }))).toEqual([
    { kind: 'web-search', model: 'gpt-5.2', initiator: 'agent' },
    { kind: 'web-search-answer', model: 'claude-sonnet-5.5', initiator: 'agent' },
  ]);
  expect(new Set([parent, ...children].map(({ session }) => session)).size).toBe(1);
  expect([parent, ...children].map(({ outcome, cost }) => [outcome, cost.source])).toEqual(
    [parent, ...children].map(() => ['finished', 'reported']),
  );
  const booked = [parent, ...children].reduce((sum, { cost }) => sum + (cost.nanoAiu ?? 0), 0);
  expect(booked).toBe(billed() - billedBefore);
  const answers = [parent, ...children.slice(1)];
  const output = answers.reduce((sum, { usage }) => sum + (usage?.outputTokens ?? 0), 0);
  expect(data.usage.output_tokens).toBe(output);
  expect(response.headers.get('x-crossfeed-edits')).toBe('web-search');
});

test('preview and estimate show the request as it would go up', async () => {
  const { url, key } = proxy();
  const ask = async (path: string) => {
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ path: '/v1/messages', body: asked(searching) });
    return (await (await fetch(`${url}${path}`, { method: 'POST', headers, body })).json()) as Record<string, unknown>;
  };
  expect(await ask('/crossfeed/v1/preview')).toMatchObject({
    lane: 'patched',
    body: { tools: [{ name: 'web_search', input_schema: {} }] },
    edits: [{ rule: 'web-search', path: 'tools.0' }],
  });
  expect(await ask('/crossfeed/v1/estimate')).toMatchObject({ model: 'claude-sonnet-5.5' });
});

test('a count counts the function that goes up', async () => {
  const { messages, tools, model } = asked('Hello');
  const params = { messages, model, ...(tools && { tools }) } as Anthropic.MessageCountTokensParams;
  const plain = await anthropic(proxy()).messages.countTokens({ messages, model });
  const counted = await anthropic(proxy()).messages.countTokens(params);
  expect(counted.input_tokens).toBeGreaterThan(plain.input_tokens + 50);
});

test('a request without searches goes up as it came', async () => {
  const { response } = await anthropic(proxy())
    .messages.create(asked('Hello', { tools: [own] }))
    .withResponse();
  expect(response.headers.get('x-crossfeed-lane')).toBe('raw');
});
