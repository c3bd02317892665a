/** `GET /v1/responses` as a WebSocket: the dialect of Codex, one call after the other on a connection that remembers. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createResponsesGrammar } from '../src/protocols/openai-responses/grammar.ts';
import { connectSocket, idOf, textOf, type SocketClient, type SocketEvent } from './support/socket-client.ts';
import { useProxy } from './support/use-proxy.ts';

const proxy = useProxy({ limits: { maxBodyBytes: 100_000 } });
const clients: SocketClient[] = [];

async function connect(headers: Readonly<Record<string, string>> = {}, path?: string): Promise<SocketClient> {
  const client = await connectSocket(proxy().url, proxy().key, headers, path);
  clients.push(client);
  return client;
}

afterEach(async () => {
  for (const client of clients) client.close();
  await Promise.all(clients.splice(0).map(({ closed }) => closed));
});

const user = (content: string) => ({ type: 'message', role: 'user', content });
const sealed = { store: false, include: ['reasoning.encrypted_content'] };
const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  strict: false,
};

function upstreamInputs(): readonly unknown[][] {
  return proxy()
    .simulator.requestsTo('/responses')
    .map(({ json }) => (json as { input?: unknown[] }).input ?? []);
}

function expectGrammar(events: readonly SocketEvent[]): void {
  const grammar = createResponsesGrammar();
  for (const event of events) expect(grammar.push(event)).toBeNull();
  expect(grammar.end()).toBeNull();
}

describe('a conversation', () => {
  test('is made ready without a call upstream, and goes on from there with its new input alone', async () => {
    const client = await connect();
    const before = upstreamInputs().length;
    const base = { model: 'gpt-5.2', instructions: 'Be brief.', tools: [weather], ...sealed };
    const ready = await client.ask({ ...base, input: [user('The setting.')], generate: false });
    expect(ready.map(({ type }) => type)).toEqual(['response.created', 'response.completed']);
    expect(upstreamInputs()).toHaveLength(before);
    const first = await client.ask({ ...base, previous_response_id: idOf(ready), input: [user('One.')] });
    expectGrammar(first);
    expect(textOf(first)).toContain('One.');
    expect(upstreamInputs().at(-1)).toEqual([user('The setting.'), user('One.')]);
    const second = await client.ask({ ...base, previous_response_id: idOf(first), input: [user('Two.')] });
    const third = await client.ask({ ...base, previous_response_id: idOf(second), input: 'Three.' });
    expect(textOf(third)).toContain('Three.');
    const [sent2, sent3] = upstreamInputs().slice(-2);
    expect(sent2?.slice(0, 2)).toEqual([user('The setting.'), user('One.')]);
    // Law 5: what went up before goes up again, byte for byte.
    expect(JSON.stringify(sent3?.slice(0, sent2?.length))).toBe(JSON.stringify(sent2));
    expect(sent3?.at(-1)).toEqual(user('Three.'));
    expect(sent3?.filter((item) => (item as { role?: string }).role === 'assistant')).toHaveLength(2);
    const bodies = proxy().simulator.requestsTo('/responses');
    for (const member of ['type', 'generate', 'previous_response_id'])
      expect(bodies.at(-1)?.json).not.toHaveProperty(member);
  });

  test.each(['gpt-6-luna', 'claude-sonnet-5.5', 'gemini-3.8-flash'])(
    'with %s calls a tool, and takes its result as the only new input',
    async (model) => {
      const client = await connect();
      const base = { model, tools: [weather], ...sealed };
      const text = 'Look it up. [[sim:tool get_weather {"city":"Oslo"}]]';
      const first = await client.ask({ ...base, input: [user(text)] });
      const call = first.at(-1)?.response?.output.find(({ type }) => type === 'function_call');
      expect(call?.name).toBe('get_weather');
      const result = { type: 'function_call_output', call_id: call?.call_id, output: 'four degrees below' };
      const second = await client.ask({ ...base, previous_response_id: idOf(first), input: [result] });
      expectGrammar(second);
      expect(textOf(second)).toContain('four degrees below');
    },
  );

  test('of one connection is never known on another', async () => {
    const [one, other] = [await connect(), await connect()];
    const base = { model: 'gpt-5.2', store: false };
    const [mine, theirs] = await Promise.all([
      one.ask({ ...base, input: [user('The red word.')] }),
      other.ask({ ...base, input: [user('The blue word.')] }),
    ]);
    const [refused] = await one.ask({ ...base, previous_response_id: idOf(theirs), input: [user('Which word?')] });
    expect(refused).toMatchObject({ type: 'error', status: 400, error: { code: 'previous_response_not_found' } });
    await one.ask({ ...base, previous_response_id: idOf(mine), input: [user('Which word?')] });
    const sent = JSON.stringify(upstreamInputs().at(-1));
    expect(sent).toContain('The red word.');
    expect(sent).not.toContain('blue');
  });

  test('may begin with an answer of the store, and goes on with all of it', async () => {
    const base = { model: 'gpt-5.2' };
    const kept = await (await connect()).ask({ ...base, input: [user('The first word.')] });
    const client = await connect();
    const ready = await client.ask({ ...base, previous_response_id: idOf(kept), input: [], generate: false });
    const call = { ...base, store: false };
    const second = await client.ask({ ...call, previous_response_id: idOf(ready), input: [user('The second.')] });
    await client.ask({ ...call, previous_response_id: idOf(second), input: [user('The third.')] });
    const sent = upstreamInputs().at(-1) ?? [];
    const said = sent.filter((item) => (item as { role?: string }).role === 'user');
    expect(said).toEqual([user('The first word.'), user('The second.'), user('The third.')]);
    expect(sent.filter((item) => (item as { role?: string }).role === 'assistant')).toHaveLength(2);
  });

  test('goes on from the last answer after a call that failed', async () => {
    const client = await connect();
    const base = { model: 'gpt-5.2', store: false };
    const first = await client.ask({ ...base, input: [user('One.')] });
    const [failed] = await client.ask({ ...base, model: 'gpt-0', previous_response_id: idOf(first), input: [] });
    expect(failed).toMatchObject({ type: 'error', status: 404, error: { code: 'model_not_found' } });
    const again = await client.ask({ ...base, previous_response_id: idOf(first), input: [user('Two.')] });
    expect(textOf(again)).toContain('Two.');
  });

  test('keeps characters of every script', async () => {
    const client = await connect();
    const base = { model: 'gpt-5.2', store: false };
    const first = await client.ask({ ...base, input: 'Größe 中文 🦀' });
    expect(textOf(first)).toContain('Größe 中文 🦀');
    await client.ask({ ...base, previous_response_id: idOf(first), input: [user('ж')] });
    expect(JSON.stringify(upstreamInputs().at(-1))).toContain('Größe 中文 🦀');
  });
});

describe('a connection', () => {
  test('answers calls in the order in which they came', async () => {
    const client = await connect();
    const words = ['first', 'second', 'third'];
    for (const word of words) client.send({ type: 'response.create', model: 'gpt-5.2', store: false, input: word });
    for (const word of words) expect(textOf(await client.answer())).toContain(word);
  });

  test('of a client that leaves ends its call upstream at once, which counts as canceled', async () => {
    const client = await connect();
    const input = 'Hello [[sim:long 100000]] [[sim:slow 20]]';
    client.send({ type: 'response.create', model: 'gpt-5.2', store: false, input });
    await vi.waitFor(() => expect(proxy().simulator.openStreams).toBe(1), { interval: 10 });
    client.raw.terminate();
    await vi.waitFor(() => expect(proxy().simulator.openStreams).toBe(0), { timeout: 5000, interval: 10 });
    expect(proxy().simulator.requestsTo('/responses').at(-1)?.ended).toBe('client-left');
  });

  test.each([
    ['no JSON', 'hello', 'invalid_json'],
    ['a list', '[1]', null],
    ['another type', '{"type":"session.update"}', null],
    ['a call without a model', '{"type":"response.create","input":"x"}', null],
    ['such an input to make ready', '{"type":"response.create","model":"gpt-5.2","input":7,"generate":false}', null],
    ['an input that is neither text nor list', '{"type":"response.create","model":"gpt-5.2","input":7}', null],
  ])('stays open after %s', async (_what, frame, code) => {
    const client = await connect();
    client.send(frame);
    expect((await client.answer())[0]).toMatchObject({ type: 'error', status: 400, error: { code } });
    expect(textOf(await client.ask({ model: 'gpt-5.2', store: false, input: 'Still there?' }))).toContain(
      'Still there?',
    );
  });

  test('takes word of what its client has read without an answer', async () => {
    const client = await connect();
    client.send({ type: 'response.processed', response_id: 'resp_1' });
    expect(textOf(await client.ask({ model: 'gpt-5.2', store: false, input: 'Next.' }))).toContain('Next.');
  });

  test.each([
    ['a message over the limit', (client: SocketClient) => client.send('x'.repeat(100_001)), 1009],
    ['bytes in place of text', (client: SocketClient) => client.raw.send(Buffer.from([1, 2])), 1003],
    [
      'more calls than may wait',
      (client: SocketClient) => {
        const input = 'Hello [[sim:long 100000]] [[sim:slow 20]]';
        for (let n = 0; n < 34; n += 1) client.send({ type: 'response.create', model: 'gpt-5.2', store: false, input });
      },
      1013,
    ],
  ])('is closed after %s', async (_what, offend, code) => {
    const client = await connect();
    offend(client);
    expect((await client.closed)[0]).toBe(code);
  });

  test('refuses a conversation that has outgrown the limit, and stays open', async () => {
    const client = await connect();
    const base = { model: 'gpt-5.2', store: false };
    const first = await client.ask({ ...base, input: [user('a'.repeat(60_000))], generate: false });
    const [refused] = await client.ask({
      ...base,
      previous_response_id: idOf(first),
      input: [user('b'.repeat(60_000))],
    });
    expect(refused).toMatchObject({ status: 413, error: { code: 'request_too_large' } });
    expect(textOf(await client.ask({ ...base, input: 'Anew.' }))).toContain('Anew.');
  });

  test('says a rate limit with its wait', async () => {
    proxy().simulator.addFault({
      on: '/responses',
      times: 1,
      do: {
        kind: 'status',
        status: 429,
        headers: { 'retry-after': '7' },
        body: '{"error":{"message":"slow down","code":"rate_limited"}}',
      },
    });
    const client = await connect();
    const [refused] = await client.ask({ model: 'gpt-5.2', store: false, input: 'Hello' });
    expect(refused).toMatchObject({ type: 'error', status: 429, headers: { 'retry-after': '7' } });
  });

  test.each(['gpt-6.1-sol', 'claude-sonnet-5.5'])(
    'with %s goes on from its compaction alone, and does not ask for it again',
    async (model) => {
      const client = await connect();
      const first = await client.ask({ model, ...sealed, input: [user('An old matter of plums.')] });
      const trigger = { type: 'compaction_trigger' };
      const compacted = await client.ask({ model, ...sealed, previous_response_id: idOf(first), input: [trigger] });
      expect(compacted.at(-1)?.response?.output.map(({ type }) => type)).toEqual(['compaction']);
      const next = await client.ask({
        model,
        ...sealed,
        previous_response_id: idOf(compacted),
        input: [user('Go on.')],
      });
      expect(next.at(-1)?.response?.output.map(({ type }) => type)).not.toContain('compaction');
      const sent = String(proxy().simulator.requests.at(-1)?.body);
      expect(sent).toContain('Go on.');
      expect(sent).not.toMatch(/plums|compaction_trigger|Answer with the summary alone/);
    },
  );

  test('tells who began the turn by a member, as the Copilot CLI does, but never a human away', async () => {
    const client = await connect();
    await client.ask({ model: 'gpt-5.2', store: false, input: 'Hello', initiator: 'agent' });
    const last = proxy().simulator.requestsTo('/responses').at(-1);
    expect(last?.headers['x-initiator']).toBe('user');
    expect(last?.json).not.toHaveProperty('initiator');
  });

  test('opened in a human turn goes on with turns of the agent', async () => {
    const client = await connect({ 'x-initiator': 'user' });
    const base = { model: 'gpt-5.2', store: false, tools: [weather] };
    const first = await client.ask({ ...base, input: 'Go. [[sim:tool get_weather {"city":"Oslo"}]]' });
    const call = first.at(-1)?.response?.output.find(({ type }) => type === 'function_call');
    const result = { type: 'function_call_output', call_id: call?.call_id, output: 'cold' };
    await client.ask({ ...base, previous_response_id: idOf(first), input: [result], initiator: 'agent' });
    const initiators = proxy()
      .simulator.requestsTo('/responses')
      .map(({ headers }) => headers['x-initiator']);
    expect(initiators.slice(-2)).toEqual(['user', 'agent']);
  });

  test('a hundred of them answer side by side', async () => {
    const many = await Promise.all(Array.from({ length: 100 }, () => connect()));
    const answers = await Promise.all(
      many.map((client, n) => client.ask({ model: 'gpt-5.2', store: false, input: `number ${n}.` })),
    );
    for (const [n, events] of answers.entries()) expect(textOf(events)).toContain(`number ${n}.`);
  });
});
