/** What callers see who wait for their start: heartbeats, true statuses, refusals; and what they leave behind. */
import { expect, test } from 'vitest';
import { faceRows, faces, usePacedProxy } from './support/paced-proxy.ts';

const { current, start, post, ask, limits, eventually, untilQueued, seen, untilQuiet, occupy } = usePacedProxy();

test('a stream that has left the queue has its true status again, however slow GitHub is', async () => {
  await start({ minGapMs: 1_000, wait: true });
  await ask('say first');
  current().simulator.addFault({ on: '/v1/messages', do: { kind: 'silence' } });
  const reply = post(faces.messages.path, { ...faces.messages.body('say hi'), stream: true });
  await untilQueued(1);
  current().clock.advance(1_000);
  await eventually(() => expect(seen(faces.messages)).toHaveLength(1));
  current().clock.advance(120_000);
  expect((await reply).status).toBe(504);
});

test.each(faceRows)('%s: a stream that waits gets its head and heartbeats, then its answer', async (_name, face) => {
  await start({ concurrency: 1 });
  const leaving = await occupy(face);
  const opening = post(face.path, { ...face.body('say hi'), stream: true });
  await untilQueued(1);
  current().clock.advance(5_000);
  const reply = await opening;
  expect(reply.status).toBe(200);
  expect(reply.headers.get('content-type')).toContain('text/event-stream');
  for (let tick = 0; tick < 62; tick += 1) current().clock.advance(500);
  leaving.abort();
  const text = await reply.text();
  const beats = face.beat.repeat(3);
  expect(text.startsWith(beats)).toBe(true);
  expect(text.slice(beats.length)).toMatch(/^(event: (?!ping)|data: )[^]*(\[DONE\]|message_stop|response\.completed)/);
  expect(current().events.findLast(({ type }) => type === 'ended')).toMatchObject({
    outcome: 'finished',
    heartbeats: 3,
  });
  await untilQuiet();
});

test.each([
  ['Gemini', '/v1beta/models/gpt-5.2:streamGenerateContent', { contents: 'say hi' }, /^\[\{"candidates"[^]*\]$/],
  ['Ollama', '/api/generate', { model: 'gpt-5.2', prompt: 'say hi' }, /^\{"model"[^]*"done":true.*\}\n$/],
])(
  '%s: a stream that waits gets its head, nothing that its clients die of, then its answer',
  async (_name, path, body, whole) => {
    await start({ concurrency: 1 });
    const leaving = await occupy(faces.chat);
    const opening = post(path, body);
    await untilQueued(1);
    current().clock.advance(5_000);
    const reply = await opening;
    expect(reply.status).toBe(200);
    for (let tick = 0; tick < 62; tick += 1) current().clock.advance(500);
    leaving.abort();
    expect(await reply.text()).toMatch(whole);
    expect(current().events.findLast(({ type }) => type === 'ended')).toMatchObject({
      outcome: 'finished',
      heartbeats: 0,
    });
    await untilQuiet();
  },
);

test.each(faceRows)('%s: a wait in vain ends such a stream in its own words', async (_name, face) => {
  await start({ concurrency: 1 });
  const leaving = await occupy(face);
  const opening = post(face.path, { ...face.body('say hi'), stream: true });
  await untilQueued(1);
  current().clock.advance(5_000);
  const reply = await opening;
  current().clock.advance(55_000);
  const text = await reply.text();
  expect(text).toContain(face.lastWord);
  expect(text).toContain('none became free in time');
  expect(current().events.findLast(({ type }) => type === 'ended')).toMatchObject({
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
  current().clock.advance(60_000);
  const refused = await waiting;
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await refused.text()).toMatch(/rate_limit/);
  leaving.abort();
  await untilQuiet();
});

test.each([
  [
    'Gemini',
    '/v1beta/models/gpt-4.1:generateContent',
    { contents: [{ parts: [{ text: 'say hi' }] }] },
    { error: { code: 503, status: 'UNAVAILABLE' } },
    { error: { code: 429, status: 'RESOURCE_EXHAUSTED' } },
  ],
  [
    'Ollama',
    '/api/chat',
    { model: 'gpt-4.1', messages: [{ role: 'user', content: 'say hi' }], stream: false },
    { error: expect.any(String) },
    { error: expect.stringContaining('none became free in time') },
  ],
])('B-117 B-118 %s: a wait in vain is a 429, a full queue a 503', async (_name, path, body, full, late) => {
  await start({ concurrency: 1, maxQueued: 1 });
  const leaving = await occupy(faces.chat);
  const waiting = post(path, body);
  await untilQueued(1);
  const refused = await post(path, body);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject(full);
  current().clock.advance(60_000);
  const gaveUp = await waiting;
  expect(gaveUp.status).toBe(429);
  expect(await gaveUp.json()).toMatchObject(late);
  for (const { headers } of [refused, gaveUp]) expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
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
  expect(current().proxy.status().openExchanges).toBe(1);
  const ended = current().events.filter(({ type }) => type === 'ended');
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
  await current().proxy.closeNow();
  await waiting.then(
    (reply) => expect(reply.status).toBe(503),
    () => undefined,
  );
  expect(limits()).toMatchObject({ running: 0, queued: 0 });
});
