/** `count_tokens` for every model: the upstream's own count where it has one, else ours, and near to what is billed. */
import { expect, test } from 'vitest';
import { useProxy } from './support/use-proxy.ts';

const proxy = useProxy({ knownBreaches: ['model'] });
const countPath = '/v1/messages/count_tokens';

interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string;
}

interface Usage {
  readonly input_tokens: number;
  readonly cache_read_input_tokens?: number;
  readonly cache_creation_input_tokens?: number;
}

function post(path: string, body: object) {
  const { url, key } = proxy();
  return fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', 'x-api-key': key },
    body: JSON.stringify(body),
  });
}

async function count(body: object) {
  const reply = await post(countPath, body);
  const { input_tokens: tokens } = (await reply.json()) as Usage;
  return { status: reply.status, tokens, how: reply.headers.get('x-crossfeed-count') };
}

/** What the simulator counts for the whole prompt. */
async function billed(body: object): Promise<number> {
  const reply = await post('/v1/messages', { ...body, max_tokens: 64 });
  expect(reply.status).toBe(200);
  const { usage } = (await reply.json()) as { readonly usage: Usage };
  return usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0);
}

const tools = [
  {
    name: 'read_file',
    description: 'Reads a file of the workspace and returns its text, with the number of each line before it.',
    input_schema: { type: 'object', properties: { path: { type: 'string', description: 'Where it lies.' } } },
  },
];

const sentences = [
  'The fuel of the left tank feeds the right engine while the crossfeed valve is open.',
  'const gallons = tanks.reduce((sum, { level }) => sum + level, 0); // all that is left',
  'Please explain in two paragraphs why the pressure falls when both pumps run at once.',
  'Naturally the checklist says otherwise, and the captain should read it before take-off.',
];

/** A conversation of so many turns, each of another length and mixture. */
function conversation(turns: number): readonly Turn[] {
  return Array.from({ length: turns * 2 - 1 }, (_, index) => ({
    role: index % 2 === 0 ? 'user' : 'assistant',
    content: Array.from({ length: 3 + (index % 5) }, (__, line) => sentences[(index + line) % 4]).join('\n'),
  }));
}

const refuseToCount = (times: number) =>
  proxy().simulator.addFault({
    on: countPath,
    times,
    do: {
      kind: 'status',
      status: 400,
      body: { error: { message: 'The requested model is not supported.', code: 'model_not_supported' } },
    },
  });

test.each(['claude-haiku-5.5', 'gpt-6-luna', 'gemini-3.8-flash'])(
  '%s: after twenty calls our own count is within a thirtieth of what is billed',
  async (model) => {
    const system = 'You are the flight engineer, and answer briefly.';
    const asked = (turns: number) => ({ model, system, tools, messages: conversation(turns) });
    // As Claude Code does when it starts.
    await count(asked(1));
    for (let turns = 1; turns <= 20; turns += 1) await billed(asked(turns));
    if (model.startsWith('claude')) refuseToCount(1);
    for (const turns of [8, 21, 30]) {
      const { tokens, how } = await count(asked(turns));
      expect(how).toBe('estimated');
      expect(Math.abs(tokens / (await billed(asked(turns))) - 1)).toBeLessThan(0.03);
    }
    expect(JSON.parse(proxy().store.facts.get('token-factors') ?? '')).toHaveProperty([model]);
  },
);

test('who has the Messages endpoint is counted by the upstream, the others are not asked', async () => {
  const messages = conversation(2);
  const before = proxy().simulator.requestsTo(countPath).length;
  expect(await count({ model: 'claude-sonnet-5.5', messages })).toMatchObject({ status: 200, how: 'upstream' });
  expect(await count({ model: 'gpt-6.1-sol', messages })).toMatchObject({ status: 200, how: 'estimated' });
  expect(proxy().simulator.requestsTo(countPath)).toHaveLength(before + 1);
});

test('an upstream that refuses to count for a model is asked once', async () => {
  refuseToCount(1);
  const body = { model: 'claude-opus-5.5', messages: conversation(1) };
  const before = proxy().simulator.requestsTo(countPath).length;
  expect((await count(body)).how).toBe('estimated');
  expect((await count(body)).how).toBe('estimated');
  expect(proxy().simulator.requestsTo(countPath)).toHaveLength(before + 1);
});

test('any other failure of the upstream is told as it is: a made-up count would hide it', async () => {
  proxy().simulator.addFault({ on: countPath, do: { kind: 'status', status: 500 } });
  const reply = await post(countPath, { model: 'claude-sonnet-5.5', messages: conversation(1) });
  expect(reply.status).toBeGreaterThanOrEqual(500);
  expect(reply.headers.get('x-crossfeed-count')).toBeNull();
});

test('images count by a constant, and little text is never nothing', async () => {
  const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(400_000) } };
  const seen = await count({ model: 'gpt-6.1-sol', messages: [{ role: 'user', content: [image] }] });
  expect(seen.tokens).toBeGreaterThan(1_000);
  expect(seen.tokens).toBeLessThan(3_000);
  expect((await count({ model: 'gpt-6.1-sol', messages: [{ role: 'user', content: 'a' }] })).tokens).toBeGreaterThan(1);
});

test.each([[[]], [[{ role: 'user', content: '' }]]])(
  'what holds no text is never counted as 0 or 1: %j',
  async (messages) => {
    const { tokens, how } = await count({ model: 'gpt-6.1-sol', messages });
    expect(how).toBe('estimated');
    expect(tokens).toBeGreaterThan(1);
  },
);

test('200 kB of one letter are counted', async () => {
  const { tokens, how } = await count({
    model: 'gpt-6.1-sol',
    messages: [{ role: 'user', content: 'a'.repeat(200_000) }],
  });
  expect(how).toBe('estimated');
  expect(tokens).toBeGreaterThan(10_000);
});

test('an estimate is an exchange like others, and says that nothing went up as it was', async () => {
  const reply = await post(countPath, { model: 'gpt-6.1-sol', messages: conversation(1) });
  expect(reply.headers.get('x-crossfeed-lane')).toBe('translated');
  await reply.text();
  const [record] = await proxy().store.exchanges.recent(1);
  expect(record).toMatchObject({ operation: 'count-tokens', lane: 'translated', outcome: 'finished' });
});
