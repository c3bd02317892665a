/** The proxy's manners towards GitHub, end to end: pace, turns, waits that GitHub asks for, and what waiting callers see. */
import { afterEach, expect, test, vi } from 'vitest';
import type { PaceConfig } from '../src/config/config.ts';
import type { ExchangeEvent } from '../src/observability/exchange-event.ts';
import { simulatedOauthToken, type Fault, type SimulatorOptions } from '../src/simulator/index.ts';
import { createFakeClock, type FakeClock } from './support/fake-clock.ts';
import { startProxy, type StartedProxy } from './support/start-proxy.ts';
import { testAccount } from './support/test-account.ts';

interface Rig extends StartedProxy {
  readonly clock: FakeClock;
  readonly events: readonly ExchangeEvent[];
}

let rig: Rig;
afterEach(async () => {
  await rig.close();
  expect(rig.complaints).toEqual([]);
  expect(rig.simulator.breaches).toEqual([]);
});

const neighbour = { account: { ...testAccount, name: 'neighbour' }, githubToken: simulatedOauthToken };
const neighbourKey = {
  id: 'neighbour',
  label: 'neighbour',
  accountName: 'neighbour',
  models: null,
  project: null,
  expiresAt: null,
  revokedAt: null,
};

/** The proxy's time stands still until the test moves it; the simulator's own goes on. */
async function start(pace: Partial<PaceConfig>, simulator: SimulatorOptions = {}) {
  const clock = createFakeClock(Date.now());
  // Every key but the test's own is the neighbour's.
  const others = { accounts: [neighbour], findByDigest: () => neighbourKey };
  const started = await startProxy({ pace, simulator, clock, ...others });
  const events: ExchangeEvent[] = [];
  started.proxy.events.subscribe((event) => events.push(event));
  rig = { ...started, clock, events };
}

const faces = {
  chat: {
    path: '/v1/chat/completions',
    upstreamPath: '/chat/completions',
    body: (text: string) => ({ model: 'gpt-4.1', messages: [{ role: 'user', content: text }] }),
    beat: ': keep-alive\n\n',
    full: 503,
    lastWord: 'data: {"error":',
  },
  responses: {
    path: '/v1/responses',
    upstreamPath: '/responses',
    body: (text: string) => ({ model: 'gpt-5.2', input: text }),
    beat: ': keep-alive\n\n',
    full: 503,
    lastWord: 'event: response.failed',
  },
  messages: {
    path: '/v1/messages',
    upstreamPath: '/v1/messages',
    body: (text: string) => ({
      model: 'claude-haiku-5.5',
      max_tokens: 100,
      messages: [{ role: 'user', content: text }],
    }),
    beat: 'event: ping\ndata: {"type":"ping"}\n\n',
    full: 529,
    lastWord: 'event: error',
  },
} as const;
type Face = (typeof faces)[keyof typeof faces];
const faceRows = Object.entries(faces);

function post(
  path: string,
  body: object,
  signal?: AbortSignal,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  return fetch(rig.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${rig.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}

const ask = (text: string, face: Face = faces.chat) => post(face.path, face.body(text));

const limits = () => rig.proxy.status().accounts[0]?.limits ?? expect.fail('no limiter');
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });
const untilQueued = (count: number) => eventually(() => expect(limits().queued).toBe(count));
const seen = (face: Face = faces.chat) => rig.simulator.requestsTo(face.upstreamPath);
const untilSeen = (count: number) => eventually(() => expect(seen()).toHaveLength(count));
const untilQuiet = () =>
  eventually(() => {
    expect(limits()).toMatchObject({ running: 0, queued: 0 });
    expect(rig.proxy.status().openExchanges).toBe(0);
    expect(rig.simulator.openStreams).toBe(0);
  });

/** The newest text of each request that GitHub got, in order. */
const texts = () => seen().map(({ json }) => /say (\w+)/.exec(JSON.stringify(json))?.[1]);

const limited = (retryAfter: string, times = 1): Fault => ({
  on: '/chat/completions',
  times,
  do: {
    kind: 'status',
    status: 429,
    headers: { 'retry-after': retryAfter },
    body: '{"error":{"message":"rate limited","code":"rate_limited"}}',
  },
});

/** Keeps the one place that there is until it leaves. */
async function occupy(face: Face = faces.chat): Promise<AbortController> {
  rig.simulator.addFault({ on: face.upstreamPath, do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  const leaving = new AbortController();
  post(face.path, face.body('occupied'), leaving.signal).catch(() => undefined);
  await eventually(() => expect(limits().running).toBe(1));
  return leaving;
}

test('in a storm of 429s GitHub sees the first, and then nothing for as long as it asked', async () => {
  await start({}, { scenario: { faults: [limited('90', 1_000)] } });
  const replies = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(`say n${index}`)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([429]));
  expect(replies.every(({ headers }) => Number(headers.get('retry-after')) >= 89)).toBe(true);
  // Those that were under way before the first answer; all others were answered here.
  expect(seen().length).toBeLessThanOrEqual(16);
  const before = seen().length;
  rig.clock.advance(29_000);
  expect((await ask('say again')).status).toBe(429);
  expect(seen()).toHaveLength(before);
  await untilQuiet();
});

test('short waits are sat out by few: GitHub sees at most a tenth more than was asked', async () => {
  await start({ burst: 1_000, perSecond: 1_000, concurrency: 1_000 }, { scenario: { faults: [limited('1', 10_000)] } });
  const asked = Array.from({ length: 200 }, (_, index) => ask(`say n${index}`));
  for (let done = false; !done;) {
    rig.clock.advance(1_000);
    done = await Promise.race([
      Promise.all(asked).then(() => true),
      new Promise<false>((go) => setTimeout(go, 20, false)),
    ]);
  }
  expect(seen().length).toBeLessThanOrEqual(220);
});

test('Retry-After holds every caller of the account, then they go one by one', async () => {
  await start({}, { scenario: { faults: [limited('30')] } });
  const first = await ask('say first');
  expect(first.status).toBe(429);
  expect(first.headers.get('retry-after')).toBe('30');
  const others = ['second', 'third', 'fourth'].map((word) => ask(`say ${word}`));
  await untilQueued(3);
  expect(limits().heldUntil).toBe(rig.clock.now() + 30_000);
  const own = await fetch(`${rig.url}/crossfeed/v1/status`, { headers: { authorization: `Bearer ${rig.key}` } });
  expect(await own.json()).toMatchObject({ limits: limits() });
  rig.clock.advance(29_999);
  expect(seen()).toHaveLength(1);
  rig.clock.advance(1);
  await untilSeen(2);
  expect(limits()).toMatchObject({ queued: 2, perSecond: 2, concurrency: 8, heldUntil: null });
  rig.clock.advance(1_000);
  expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(
    rig.events.filter(({ type }) => type === 'admitted').map((event) => 'waitedMs' in event && event.waitedMs),
  ).toEqual([0, 30_000, 30_500, 31_000]);
});

test('a wait that is short enough to be sat out unseen holds the others too', async () => {
  await start({}, { scenario: { faults: [limited('2')] } });
  const first = ask('say first');
  await eventually(() => expect(limits().heldUntil).toBe(rig.clock.now() + 2_000));
  const second = ask('say second');
  await untilQueued(1);
  rig.clock.advance(1_999);
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen()).toHaveLength(1);
  rig.clock.advance(1_000);
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  expect(seen()).toHaveLength(3);
});

test('a rate limit inside a stream holds the others too', async () => {
  const fault: Fault = {
    on: '/v1/messages',
    do: { kind: 'error-event', afterEvents: 3, code: 'rate_limit_error', message: 'slow down' },
  };
  await start({}, { scenario: { faults: [fault] } });
  const { path, body } = faces.messages;
  await (await post(path, { ...body('hi'), stream: true })).text();
  expect(limits().heldUntil).toBeGreaterThan(rig.clock.now());
});

test('waiting for a gap: exactly one call a gap, where the peer lets all go together', async () => {
  await start({ minGapMs: 20_000, wait: true });
  const asked = Array.from({ length: 6 }, (_, index) => ask(`say n${index}`));
  await untilQueued(5);
  for (let gap = 1; gap < 6; gap += 1) {
    rig.clock.advance(19_999);
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen()).toHaveLength(gap);
    rig.clock.advance(1);
    await untilSeen(gap + 1);
  }
  expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
});

test('without waiting, what comes within the gap is told how much of it is left', async () => {
  await start({ minGapMs: 20_000 });
  expect((await ask('say first')).status).toBe(200);
  rig.clock.advance(5_000);
  const refused = await ask('say second');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('retry-after')).toBe('15');
  expect(await refused.json()).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  expect(seen()).toHaveLength(1);
});

test('a human turn goes before the steps of agents', async () => {
  await start({ minGapMs: 1_000, wait: true });
  const step = (word: string) => ({
    model: 'gpt-4.1',
    messages: [
      { role: 'user', content: `say ${word}` },
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ],
  });
  const asked = [ask('say first')];
  await untilSeen(1);
  for (const [index, word] of ['agent1', 'agent2'].entries()) {
    asked.push(post(faces.chat.path, step(word)));
    await untilQueued(index + 1);
  }
  asked.push(ask('say human'));
  await untilQueued(3);
  for (let gap = 2; gap <= 4; gap += 1) {
    rig.clock.advance(1_000);
    await untilSeen(gap);
  }
  expect(texts()).toEqual(['first', 'human', 'agent1', 'agent2']);
  expect((await Promise.all(asked)).every(({ status }) => status === 200)).toBe(true);
});

test('a call that its client declares its own is no human turn, and GitHub sees the declaration', async () => {
  await start({ minGapMs: 1_000, wait: true });
  const asked = [ask('say first')];
  await untilSeen(1);
  const declared = { 'x-interaction-type': 'conversation-subagent' };
  asked.push(post(faces.chat.path, faces.chat.body('say subagent'), undefined, declared));
  await untilQueued(1);
  asked.push(ask('say human'));
  await untilQueued(2);
  for (let gap = 2; gap <= 3; gap += 1) {
    rig.clock.advance(1_000);
    await untilSeen(gap);
  }
  await Promise.all(asked);
  expect(texts()).toEqual(['first', 'human', 'subagent']);
  expect(seen().map(({ headers }) => headers['x-initiator'])).toEqual(['user', 'user', 'agent']);
  expect(seen()[2]?.headers).toMatchObject(declared);
});

test('a noisy account does not hold up its neighbour', async () => {
  await start({ concurrency: 4, maxQueued: 8 });
  rig.simulator.addFault({ on: '/chat/completions', times: 4, do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  const leaving = new AbortController();
  const noisy = Array.from({ length: 12 }, () => post(faces.chat.path, faces.chat.body('say noise'), leaving.signal));
  await eventually(() => expect(limits()).toMatchObject({ running: 4, queued: 8 }));
  const authorization = 'Bearer cf_key-of-the-neighbour';
  for (let round = 0; round < 4; round += 1) {
    const reply = await post(faces.chat.path, faces.chat.body('say hi'), undefined, { authorization });
    expect(reply.status).toBe(200);
  }
  const admitted = rig.events.filter((event) => event.type === 'admitted');
  expect(admitted.slice(4)).toEqual(Array.from({ length: 4 }, () => expect.objectContaining({ waitedMs: 0 })));
  leaving.abort();
  await Promise.allSettled(noisy);
  await untilQuiet();
});

test.each(faceRows)('%s: a stream that waits gets its head and heartbeats, then its answer', async (_name, face) => {
  await start({ concurrency: 1 });
  const leaving = await occupy(face);
  const opening = post(face.path, { ...face.body('say hi'), stream: true });
  await untilQueued(1);
  rig.clock.advance(5_000);
  const reply = await opening;
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toContain('text/event-stream');
  for (let tick = 0; tick < 62; tick += 1) rig.clock.advance(500);
  leaving.abort();
  const text = await reply.text();
  const beats = face.beat.repeat(3);
  expect(text.startsWith(beats)).toBe(true);
  expect(text.slice(beats.length)).toMatch(/^(event: (?!ping)|data: )[^]*(\[DONE\]|message_stop|response\.completed)/);
  expect(rig.events.findLast(({ type }) => type === 'ended')).toMatchObject({ outcome: 'finished', heartbeats: 3 });
  await untilQuiet();
});

test.each(faceRows)('%s: a wait in vain ends such a stream in its own words', async (_name, face) => {
  await start({ concurrency: 1 });
  const leaving = await occupy(face);
  const opening = post(face.path, { ...face.body('say hi'), stream: true });
  await untilQueued(1);
  rig.clock.advance(5_000);
  const reply = await opening;
  rig.clock.advance(55_000);
  const text = await reply.text();
  expect(text).toContain(face.lastWord);
  expect(text).toContain('none became free in time');
  expect(rig.events.findLast(({ type }) => type === 'ended')).toMatchObject({
    outcome: 'failed',
    error: { code: 'rate_limited' },
  });
  leaving.abort();
  await untilQuiet();
});

test.each(faceRows)('%s: a wait in vain for a whole answer is a 429, a full queue an overload', async (_name, face) => {
  await start({ concurrency: 1, maxQueued: 1 });
  const leaving = await occupy(face);
  const waiting = ask('say hi', face);
  await untilQueued(1);
  const full = await ask('say more', face);
  expect(full.status).toBe(face.full);
  expect(Number(full.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  rig.clock.advance(60_000);
  const refused = await waiting;
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await refused.text()).toMatch(/rate_limit/);
  leaving.abort();
  await untilQuiet();
});

test('counts and embeddings start beside generations that fill all places', async () => {
  await start({ concurrency: 1 });
  const leaving = await occupy();
  const count = await post('/v1/messages/count_tokens', faces.messages.body('hi'));
  const embedding = await post('/v1/embeddings', { model: 'text-embedding-3-small', input: 'hi' });
  expect([count.status, embedding.status]).toEqual([200, 200]);
  expect(limits()).toMatchObject({ running: 1, queued: 0 });
  leaving.abort();
  await untilQuiet();
});

test('whoever leaves the queue is canceled, and nothing is left of it', async () => {
  await start({ concurrency: 1 });
  const occupant = await occupy();
  const leaving = new AbortController();
  const asked = Array.from({ length: 20 }, () => post(faces.chat.path, faces.chat.body('hi'), leaving.signal));
  await untilQueued(20);
  leaving.abort();
  await Promise.allSettled(asked);
  await untilQueued(0);
  expect(rig.proxy.status().openExchanges).toBe(1);
  const ended = rig.events.filter(({ type }) => type === 'ended');
  expect(ended).toHaveLength(20);
  for (const event of ended) expect(event).toMatchObject({ outcome: 'canceled', status: 0 });
  expect(seen()).toHaveLength(1);
  occupant.abort();
  await untilQuiet();
  expect((await ask('say hi')).status).toBe(200);
});

test('the end of a drain empties the queue', async () => {
  await start({ concurrency: 1 });
  await occupy();
  const waiting = ask('say hi');
  await untilQueued(1);
  await rig.proxy.closeNow();
  await waiting.then(
    (reply) => expect(reply.status).toBe(503),
    () => undefined,
  );
  expect(limits()).toMatchObject({ running: 0, queued: 0 });
});
