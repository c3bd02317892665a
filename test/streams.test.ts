/** What a stream does besides carrying bytes: heartbeats, pauses, ends, and stops when nobody reads. */
import http from 'node:http';
import net from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { goodStreams } from './corpora/upstream-rows/good-streams.ts';
import { rawKey, startRawProxy, type RawProxy } from './support/raw-proxy.ts';
import { jsonAnswer, type RawAnswer } from './support/raw-upstream.ts';

let rig: RawProxy;
afterEach(() => rig.close());

const messagesBody = { model: 'm-messages', max_tokens: 5, stream: true, messages: [{ role: 'user', content: 'hi' }] };
const chatBody = { model: 'm-chat', stream: true, messages: [{ role: 'user', content: 'hi' }] };
const responsesBody = { model: 'm-responses', stream: true, input: 'hi' };
const calls = [
  ['/v1/messages', messagesBody, goodStreams.messages, 'event: ping\ndata: {"type":"ping"}\n\n'],
  ['/v1/chat/completions', chatBody, goodStreams.chat, ': keep-alive\n\n'],
  ['/v1/responses', responsesBody, goodStreams.responses, ': keep-alive\n\n'],
] as const;

const framesUntil = (frames: readonly string[], end: number) =>
  frames
    .slice(0, end)
    .map((frame) => `${frame}\n\n`)
    .join('');

async function until(condition: () => boolean) {
  for (let tries = 0; tries < 400 && !condition(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(condition()).toBe(true);
}

test.each(calls)(
  '%s: heartbeats go on while the upstream thinks, then its silence ends the stream',
  async (path, body, good, beat) => {
    const answer: RawAnswer = { chunks: [framesUntil(good.frames, 3)], end: 'silence' };
    rig = await startRawProxy(() => answer, { heartbeatMs: 60, silenceMs: 400 });
    const text = await (await rig.post(path, body)).text();
    expect(text.split(beat).length - 1).toBeGreaterThanOrEqual(3);
    expect(text).toMatch(/upstream_stalled|sent nothing for/);
    const ended = rig.events.find((event) => event.type === 'ended');
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'upstream_stalled' } });
    expect(ended?.type === 'ended' && ended.heartbeats).toBeGreaterThanOrEqual(3);
    await until(() => rig.upstream.open <= 1);
  },
);

test('an upstream that says nothing after its 200 gets its head and heartbeats through', async () => {
  rig = await startRawProxy(() => ({ chunks: [], end: 'silence' }), {
    headHoldMs: 50,
    heartbeatMs: 60,
    silenceMs: 500,
  });
  const reply = await rig.post('/v1/messages', messagesBody);
  expect(reply.status).toBe(200);
  expect(await reply.text()).toMatch(/^event: ping[^]*event: error/);
});

test('a stream that calls itself JSON is a stream by its first byte', async () => {
  const chunks = [goodStreams.chat.frames.map((frame) => `${frame}\n\n`).join('')];
  rig = await startRawProxy(() => ({ headers: ['content-type: application/json'], chunks }));
  const answer = await rig.post('/v1/chat/completions', chatBody);
  expect(answer.status).toBe(200);
  expect(await answer.text()).toContain('data: [DONE]');
});

test('a response that failed before it said anything has a true status', async () => {
  const failed = { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down.' } };
  const frame = `event: response.failed\ndata: ${JSON.stringify({ type: 'response.failed', response: failed })}\n\n`;
  rig = await startRawProxy(() => ({ chunks: [frame] }));
  const answer = await rig.post('/v1/responses', responsesBody);
  expect(answer.status).toBe(429);
  expect(await answer.json()).toMatchObject({ error: { message: 'Slow down.' } });
});

test.each(calls)('%s: a client that leaves in mid-stream ends the upstream call at once', async (path, body, good) => {
  rig = await startRawProxy(() => ({ chunks: [framesUntil(good.frames, 3)], end: 'silence' }));
  const leaving = new AbortController();
  const reply = await rig.post(path, body, { signal: leaving.signal });
  await reply.body?.getReader().read();
  await until(() => rig.proxy.status().openExchanges === 1);
  const open = rig.upstream.open;
  leaving.abort();
  await until(() => rig.upstream.open < open);
  expect(rig.events.at(-1)).toMatchObject({ type: 'ended', outcome: 'canceled' });
  expect(rig.proxy.status().openExchanges).toBe(0);
});

test.each(calls.flatMap(([path, body]) => [true, false].map((stream) => [path, { ...body, stream }] as const)))(
  '%s: a client that leaves before the first byte ends the upstream call too: %j',
  async (path, body) => {
    rig = await startRawProxy(() => ({ chunks: [], status: 0, end: 'silence' }));
    const leaving = new AbortController();
    const reply = rig.post(path, body, { signal: leaving.signal }).catch(() => 'left');
    await until(() => rig.upstream.requests.length === 1);
    const open = rig.upstream.open;
    leaving.abort();
    expect(await reply).toBe('left');
    await until(() => rig.upstream.open < open);
    expect(rig.events.at(-1)).toMatchObject({ type: 'ended', outcome: 'canceled', status: 0 });
  },
);

test.each(calls)('%s: U-024 a connection that says more after its last frame is not used again', async (...row) => {
  const [path, body, good] = row;
  const whole = framesUntil(good.frames, good.frames.length);
  rig = await startRawProxy(() => ({ chunks: [whole, 50, 'data: {"more":1}\n\n'] }));
  // Of two connections one is that of the catalogue.
  for (let count = 0; count < 3; count += 1) {
    expect(await (await rig.post(path, body)).text()).not.toContain('more');
    // Its answer is over before the upstream's is: only then could the connection be used again.
    await until(() => rig.upstream.busy === 0);
  }
  expect(new Set(rig.upstream.requests.map(({ connection }) => connection)).size).toBe(3);
});

test("a client's half-close is a leaving client", async () => {
  rig = await startRawProxy(() => ({ chunks: [framesUntil(goodStreams.messages.frames, 3)], end: 'silence' }));
  const request = http.request(`${rig.url}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${rawKey}`, 'content-type': 'application/json' },
  });
  request.on('error', () => undefined);
  request.end(JSON.stringify(messagesBody));
  const reply = await new Promise<http.IncomingMessage>((resolve) => request.on('response', resolve));
  reply.on('error', () => undefined);
  reply.once('data', () => request.socket?.end());
  await until(() => rig.events.some((event) => event.type === 'ended'));
  expect(rig.events.at(-1)).toMatchObject({ outcome: 'canceled' });
});

/** Reads nothing until told to. */
function slowClient(path: string, body: object): Promise<http.IncomingMessage> {
  const request = http.request(rig.url + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${rawKey}`, 'content-type': 'application/json' },
  });
  request.end(JSON.stringify(body));
  return new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
}

test('a slow reader pauses the upstream, and gets every byte in order', async () => {
  const delta = (n: number) =>
    `event: content_block_delta\ndata: ${JSON.stringify({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: `${n}:${'x'.repeat(4000)}` } })}`;
  const { frames } = goodStreams.messages;
  const stream = [...frames.slice(0, 2), ...Array.from({ length: 5_000 }, (_, n) => delta(n)), ...frames.slice(4)];
  const bytes = Buffer.from(framesUntil(stream, stream.length));
  rig = await startRawProxy(() => ({ chunks: [bytes] }));
  const before = process.memoryUsage.rss();
  const reply = await slowClient('/v1/messages', messagesBody);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // 20 MB wait at the upstream: in this process there is what the sockets hold, and not the stream.
  expect(process.memoryUsage.rss() - before).toBeLessThan(60e6);
  expect(rig.proxy.status().openExchanges).toBe(1);
  const read: Buffer[] = [];
  for await (const chunk of reply) read.push(chunk as Buffer);
  expect(Buffer.concat(read).equals(bytes)).toBe(true);
});

test('a client that never reads is given up in the end', async () => {
  const { frames } = goodStreams.messages;
  const bytes = Buffer.from(framesUntil(frames, 3) + `${frames[2]}\n\n`.repeat(200_000));
  rig = await startRawProxy(() => ({ chunks: [bytes] }), { clientWriteMs: 200 });
  const reply = await slowClient('/v1/messages', messagesBody);
  reply.on('error', () => undefined);
  await until(() => rig.events.some((event) => event.type === 'ended'));
  expect(rig.events.at(-1)).toMatchObject({ outcome: 'canceled' });
});

test.each(calls)('%s: the exchange tells its story in order', async (path, body, good) => {
  rig = await startRawProxy(() => ({ chunks: [framesUntil(good.frames, good.frames.length)] }));
  await (await rig.post(path, body)).text();
  expect(rig.events.map((event) => event.type).filter((type) => type !== 'edited')).toEqual([
    'started',
    'routed',
    'estimated',
    'admitted',
    'upstream-head',
    'first-token',
    'usage',
    'ended',
  ]);
  expect(rig.events.at(-2)).toMatchObject({ usage: { cacheReadTokens: 5, outputTokens: 4, costNanoAiu: 12345 } });
  expect(rig.events.at(-1)).toMatchObject({ outcome: 'finished', status: 200, synthesizedEnding: false });
});

test('one connection carries many answers: nothing that ended well is thrown away', async () => {
  const { frames } = goodStreams.messages;
  rig = await startRawProxy(() => ({ chunks: [framesUntil(frames, frames.length)] }));
  for (let call = 0; call < 20; call += 1) await (await rig.post('/v1/messages', messagesBody)).text();
  expect(new Set(rig.upstream.requests.map((request) => request.connection)).size).toBeLessThanOrEqual(2);
});

test('a drain ends running streams in their own words when its time is over', async () => {
  rig = await startRawProxy(() => ({ chunks: [framesUntil(goodStreams.responses.frames, 3)], end: 'silence' }), {
    drainMs: 50,
  });
  const reply = await rig.post('/v1/responses', responsesBody);
  const closed = rig.proxy.close();
  const text = await reply.text();
  expect(text).toMatch(/event: response\.failed\ndata: .*"sequence_number":3/);
  expect(text).toContain('shutting down');
  await closed;
});

test('a drain does not wait for ever for a client that never reads', async () => {
  const flood = Buffer.concat(
    Array.from({ length: 300 }, () =>
      Buffer.from(`: ${'x'.repeat(60_000)}\n\ndata: {"choices":[{"delta":{"content":"x"}}]}\n\n`),
    ),
  );
  rig = await startRawProxy(() => ({ chunks: [flood], end: 'silence' }), { drainMs: 50 });
  const socket = net.connect(Number(new URL(rig.url).port), '127.0.0.1');
  socket.pause();
  const body = JSON.stringify(chatBody);
  socket.write(
    `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost:${new URL(rig.url).port}\r\nx-api-key: ${rawKey}\r\n` +
      `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  await until(() => rig.events.some((event) => event.type === 'first-token'));
  await rig.proxy.close();
  socket.destroy();
});

test('what the caller sent goes up byte for byte on the raw lane', async () => {
  rig = await startRawProxy(() => jsonAnswer(goodStreams.messages.document));
  const body =
    '{ "model":"m-messages" ,"max_tokens":5, "messages":[ {"role":"user","content":"h\\u00efü 1.50"} ],"unknown_field":{"a":1.50}}';
  const reply = await rig.post('/v1/messages', body);
  expect(reply.headers.get('x-crossfeed-lane')).toBe('raw');
  expect(rig.upstream.requests[0]?.body.toString()).toBe(body);
  expect(rig.upstream.requests[0]?.headers).toMatchObject({
    'content-length': String(Buffer.byteLength(body)),
    'x-initiator': 'user',
  });
});

test('a byte order mark and a repeated key are named edits', async () => {
  rig = await startRawProxy(() => jsonAnswer(goodStreams.messages.document));
  const reply = await rig.post(
    '/v1/messages',
    '\uFEFF{"model":"other","max_tokens":5,"messages":[],"model":"m-messages"}',
  );
  expect(reply.status).toBe(200);
  expect(reply.headers.get('x-crossfeed-edits')).toBe('no-byte-order-mark,last-key-wins');
  expect(rig.upstream.requests[0]?.body.toString()).toBe('{"max_tokens":5,"messages":[],"model":"m-messages"}');
});
