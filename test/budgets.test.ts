/** Budgets end to end: what each protocol is told, what is reserved, and what is warned of. */
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock } from '../src/base/clock.ts';
import type { LimitsConfig } from '../src/config/config.ts';
import type { BudgetState } from '../src/canonical/budget.ts';
import type { QuotaForecast } from '../src/canonical/quota-forecast.ts';
import { openStore } from '../src/store/open-store.ts';
import { sampleEstimate } from './support/sample-record.ts';
import { connectSocket } from './support/socket-client.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startProxy, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';

let rig: StartedProxy | undefined;
/** What a test makes the log complain of. */
let ordered: RegExp | undefined;
const current = () => rig ?? expect.fail('start the proxy first');

afterEach(async () => {
  const ended = current();
  await ended.close();
  const complaints = ended.complaints.filter((line) => !/^[\d.]+ % of|a key that there is not/.test(line));
  expect(complaints.filter((line) => ordered?.test(line) !== true)).toEqual([]);
  ordered = undefined;
  expect(ended.simulator.breaches).toEqual([]);
});

const start = async (limits: Partial<Omit<LimitsConfig, 'pace'>>, more: StartProxyOptions = {}) => {
  rig = await startProxy({ limits, ...more });
};

const user = (content: string) => [{ role: 'user', content }];
const faces = {
  chat: ['/v1/chat/completions', { model: 'gemini-3.8-flash', messages: user('hi') }],
  completions: ['/v1/completions', { model: 'gemini-3.8-flash', prompt: 'hi' }],
  responses: ['/v1/responses', { model: 'gpt-5.2', input: 'hi' }],
  messages: ['/v1/messages', { model: 'claude-haiku-5.5', max_tokens: 100, messages: user('hi') }],
} as const;
type Face = keyof typeof faces;

function post(
  face: Face,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<Response> {
  const [path, body] = faces[face];
  return fetch(current().url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${current().key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ ...body, ...more }),
    ...(signal && { signal }),
  });
}

const stateOf = (id: string) =>
  current()
    .proxy.spending.budgets.states()
    .find((state) => state.budget.id === id) ?? expect.fail('no such budget');

test.each([
  ['chat', 402, { error: { type: 'insufficient_quota', code: 'insufficient_quota' } }],
  ['completions', 402, { error: { type: 'insufficient_quota', code: 'insufficient_quota' } }],
  ['responses', 400, { error: { type: 'insufficient_quota', code: 'insufficient_quota' } }],
  ['messages', 402, { type: 'error', error: { type: 'billing_error' } }],
] as const)('%s: a budget that is spent is %i, says all, and is not to be asked again', async (face, status, shape) => {
  await start({ budgets: ['0.000000001 per month'] });
  for (const stream of [false, true]) {
    const reply = await post(face, { stream });
    expect(reply.status).toBe(status);
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(reply.headers.get('retry-after')).toBeNull();
    const body = (await reply.json()) as { error: { message: string } };
    expect(body).toMatchObject(shape);
    expect(body.error.message).toMatch(
      /^Budget "month": 0 of 0\.000000001 credits spent since \d{4}-\d\d-01 00:00, and this call takes about [\d.]+\. It begins anew on .* To go on, write "1\.000000001 per month" into the setting limits\.budgets \(`crossfeed config` shows it\) and start again\.$/,
    );
  }
  expect(seen()).toEqual([]);
});

/** What GitHub was asked for that costs something. */
const seen = () =>
  ['/chat/completions', '/responses', '/v1/messages', '/embeddings'].flatMap((path) =>
    current().simulator.requestsTo(path),
  );
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

const geminiShape = { error: { code: 402, status: 'FAILED_PRECONDITION' } };
const contents = [{ role: 'user', parts: [{ text: 'hi' }] }];

test.each([
  ['/v1beta/models/gemini-3.8-flash:generateContent', { contents }, geminiShape],
  ['/v1beta/models/gemini-3.8-flash:streamGenerateContent', { contents }, geminiShape],
  ['/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse', { contents }, geminiShape],
  [
    '/api/chat',
    { model: 'gemini-3.8-flash', messages: user('hi') },
    { error: expect.stringMatching(/^Budget "month"/) },
  ],
  ['/api/generate', { model: 'gemini-3.8-flash', prompt: 'hi' }, { error: expect.stringMatching(/^Budget "month"/) }],
])(
  'B-119 %s: a budget that is spent is 402, whole or streamed, and is not to be asked again',
  async (path, body, shape) => {
    await start({ budgets: ['0.000000001 per month'] });
    const reply = await fetch(current().url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${current().key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    expect(reply.status).toBe(402);
    expect(reply.headers.get('x-should-retry')).toBe('false');
    expect(reply.headers.get('retry-after')).toBeNull();
    const text = await reply.text();
    expect(JSON.parse(text)).toMatchObject(shape);
    expect(text).toContain('credits spent since');
    // Gemini CLI would wait for it, and ask again.
    expect(text).not.toContain('RetryInfo');
    expect(seen()).toEqual([]);
  },
);

test('a WebSocket call is refused in the words of its protocol, and the connection stays', async () => {
  await start({ budgets: ['0.000000001 per month'] });
  const client = await connectSocket(current().url, current().key);
  for (const input of ['hi', 'again']) {
    const events = await client.ask({ model: 'gpt-5.2', input });
    expect(events.at(-1)).toMatchObject({ type: 'error', status: 400, error: { code: 'insufficient_quota' } });
  }
  client.close();
  expect(seen()).toEqual([]);
});

test('of twenty calls at once as many go up as there is room for, and the rest are refused', async () => {
  await start({ budgets: ['0.05 per month'] });
  await current().proxy.models();
  current().simulator.addFault({ on: '/v1/messages', times: 20, do: { kind: 'slow-first-byte', delayMs: 800 } });
  const asked = Array.from({ length: 20 }, () => post('messages', { stream: true, max_tokens: 20 }));
  await eventually(() => {
    expect(seen().length).toBeGreaterThan(0);
    expect(current().proxy.status().openExchanges).toBe(seen().length);
  });
  const { reservedNanoAiu } = stateOf('month');
  const replies = await Promise.all(asked);
  const went = replies.filter(({ status }) => status === 200);
  expect(replies.filter(({ status }) => status === 402)).toHaveLength(20 - went.length);
  expect(went.length).toBe(Math.floor(0.05e9 / (reservedNanoAiu / went.length)));
  await Promise.all(replies.map((reply) => reply.text()));
  await eventually(() => expect(stateOf('month').reservedNanoAiu).toBe(0));
  expect(seen()).toHaveLength(went.length);
  const rows = await current().store.exchanges.recent(20);
  // What was let through may cost more than was expected of it: never more than all that was in flight.
  expect(stateOf('month').spentNanoAiu).toBe(rows.reduce((sum, { cost }) => sum + (cost.nanoAiu ?? 0), 0));
});

test('what is spent is what GitHub billed', async () => {
  await start({ budgets: ['500 per month', '500 per ever'] });
  for (const face of ['messages', 'chat', 'responses'] as const) await (await post(face)).text();
  await (await post('messages', { stream: true })).text();
  await eventually(() => expect(stateOf('month').reservedNanoAiu).toBe(0));
  const rows = await current().store.exchanges.recent(10);
  const billed = rows.reduce((sum, { cost }) => sum + (cost.nanoAiu ?? 0), 0);
  expect(billed).toBeGreaterThan(0);
  expect([stateOf('month').spentNanoAiu, stateOf('ever').spentNanoAiu]).toEqual([billed, billed]);
});

test('a soft budget is a header with every answer', async () => {
  await start({ budgets: ['0.000000001 per day soft'] });
  await (await post('messages')).text();
  const told: string[] = [];
  current().proxy.events.subscribe((event) => event.type === 'warned' && told.push(...event.warnings));
  const reply = await post('messages', { stream: true });
  await reply.text();
  expect(told).toEqual([reply.headers.get('x-crossfeed-warning')]);
  expect(reply.headers.get('x-crossfeed-warning')).toMatch(
    /^Budget "day-soft": [\d.e-]+ of 0\.000000001 credits spent/,
  );
});

test('an embedding is paid for, a count of tokens is free', async () => {
  await start({ budgets: ['0.000000001 per month project=site'] });
  const project = { 'x-crossfeed-project': 'site' };
  const count = await fetch(`${current().url}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'x-api-key': current().key, 'content-type': 'application/json', ...project },
    body: JSON.stringify({ model: 'claude-haiku-5.5', messages: user('hi') }),
  });
  expect(count.status).toBe(200);
  const embed = (headers: Readonly<Record<string, string>>) =>
    fetch(`${current().url}/v1/embeddings`, {
      method: 'POST',
      headers: { authorization: `Bearer ${current().key}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'text-embedding-3-small', input: 'hi' }),
    });
  expect((await embed({})).status).toBe(200);
  const model = (await current().proxy.models()).find(({ id }) => id === 'text-embedding-3-small');
  expect((await embed(project)).status).toBe(model?.prices?.default.inputNanoAiu ? 402 : 200);
});

test.each(['chat', 'responses', 'messages'] as const)(
  '%s: under a hard budget nothing goes up while the ledger takes no reservation, and it goes on when it does',
  async (face) => {
    const storePath = path.join(temporaryFolder(), 'crossfeed.db');
    await start({ budgets: ['8 per month'] }, { storePath });
    expect((await post(face)).status).toBe(200);
    const before = seen().length;
    const other = new DatabaseSync(storePath);
    other.exec('begin immediate');
    const refused = await post(face, { stream: true });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([face === 'messages' ? 529 : 503, '10']);
    expect(await refused.text()).toContain('The budget \\"month\\" is hard');
    expect(seen()).toHaveLength(before);
    expect(stateOf('month').reservedNanoAiu).toBe(0);
    const waits = post(face, { stream: true });
    await eventually(() => expect(stateOf('month').reservedNanoAiu).toBeGreaterThan(0));
    other.exec('commit');
    other.close();
    const served = await waits;
    expect(served.status).toBe(200);
    await served.text();
    expect(seen().length).toBeGreaterThan(before);
    ordered = /another program holds it/;
    expect(current().complaints).toContainEqual(expect.stringMatching(ordered));
  },
);

test('a child that is killed leaves what it reserved, and the next one counts it', async () => {
  const reservation = {
    exchangeId: 'cf-dead',
    at: Date.now(),
    nanoAiu: 7e9,
    keyId: 'default',
    account: 'octo',
    project: null,
    session: 'dead',
    protocol: 'openai-chat',
    route: '/v1/chat/completions',
    client: 'test/1',
    model: 'gpt-5-mini',
    kind: null,
    estimate: sampleEstimate,
  } as const;
  const storePath = path.join(temporaryFolder(), 'crossfeed.db');
  const dead = await openStore({ path: storePath, clock: systemClock, onFault: (error) => expect.fail(error.message) });
  dead.spend.reserve(reservation);
  dead.close();
  await start({ budgets: ['8 per month'] }, { storePath });
  await current().proxy.models();
  expect(stateOf('month').spentNanoAiu).toBe(7e9);
});

test.each(['chat', 'responses', 'messages'] as const)(
  '%s: a stream that waits for its owner beats, and is answered when allowed',
  async (face) => {
    await start({ approval: 'all', heartbeatMs: 20 }, { pace: { openAfterMs: 50 } });
    const reply = await post(face, { stream: true });
    expect(reply.status).toBe(200);
    const [call] = current().proxy.spending.approvals.waiting();
    expect(call?.keyLabel).toBe('default');
    expect(seen()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(current().proxy.spending.approvals.answer(call?.id ?? '', 'allow')).toBe(true);
    const text = await reply.text();
    expect(text).toContain(face === 'messages' ? 'event: ping' : ': keep-alive');
    expect(text).toContain({ chat: '[DONE]', responses: 'response.completed', messages: 'message_stop' }[face]);
  },
);

test.each([
  ['chat', { error: { type: 'permission_error', code: 'approval_denied' } }],
  ['responses', { error: { type: 'permission_error', code: 'approval_denied' } }],
  ['messages', { error: { type: 'permission_error' } }],
] as const)('%s: a call that is denied is 403, and not to be asked again', async (face, shape) => {
  await start({ approval: 'all' });
  const asked = post(face);
  await eventually(() => expect(current().proxy.spending.approvals.waiting()).toHaveLength(1));
  current().proxy.spending.approvals.answer('1', 'deny');
  const reply = await asked;
  expect([reply.status, reply.headers.get('x-should-retry')]).toEqual([403, 'false']);
  expect(await reply.json()).toMatchObject(shape);
  expect(seen()).toEqual([]);
});

test('without anybody who answers, time denies; a client that leaves takes its call back', async () => {
  await start({ approval: 'all', approvalTimeoutMs: 300 });
  expect((await post('chat')).status).toBe(403);
  const leaving = new AbortController();
  const left = post('chat', {}, {}, leaving.signal).catch(() => undefined);
  await eventually(() => expect(current().proxy.spending.approvals.waiting()).toHaveLength(1));
  leaving.abort();
  await left;
  await eventually(() => expect(current().proxy.spending.approvals.waiting()).toEqual([]));
  expect(seen()).toEqual([]);
});

test('a key asks how far its budgets and its seat are; status says it too', async () => {
  await start({ budgets: ['5 per month', '2 per session', '9 per day key=somebody-else'] });
  await (await post('messages')).text();
  await (await post('messages')).text();
  const own = () =>
    fetch(`${current().url}/crossfeed/v1/usage`, { headers: { authorization: `Bearer ${current().key}` } }).then(
      (reply) => reply.json() as Promise<{ budgets: BudgetState[]; quota: QuotaForecast | null }>,
    );
  await vi.waitFor(async () => expect((await own()).quota).not.toBeNull(), { timeout: 5_000 });
  const { budgets, quota } = await own();
  expect(budgets.map(({ budget }) => budget.id)).toEqual(['month', 'session']);
  expect(budgets[0]?.spentNanoAiu).toBeGreaterThan(0);
  expect(quota).toMatchObject({ unit: 'credits', overagePermitted: expect.any(Boolean) });
  expect(current().proxy.status().accounts[0]?.quota).toEqual(quota);
});

test('the seat stops where its owner wants, and says why', async () => {
  await start({ quotaStopPercent: 1 });
  await (await post('messages')).text();
  await vi.waitFor(async () => expect((await post('messages')).status).toBe(402), { timeout: 5_000 });
  const reply = await post('chat');
  expect(await reply.text()).toContain('limits.quotaStopPercent stops calls at 1 %');
});
