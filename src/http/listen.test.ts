/** Tests of the server: drain, pipelines, broken bytes behind a running answer, a port in use. */
import net from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { sendRaw } from '../../test/support/raw-client.ts';
import { doorKey, startDoor, type Door } from '../../test/support/start-door.ts';
import { systemClock } from '../base/clock.ts';
import { defaultConfig, type LimitsConfig } from '../config/config.ts';
import { createHttpServer } from './listen.ts';

let door: Door;
afterEach(async () => {
  door.destroy();
  await door.close();
  await door.untilEmpty();
});

/** A door whose answers stay open until the test ends them. */
async function startSlowDoor(limits: Partial<LimitsConfig> = {}): Promise<{ next: () => Promise<ServerResponse> }> {
  const waiting: ((response: ServerResponse) => void)[] = [];
  const gateway = {
    open: 0,
    endAll: () => {},
    preview: () => Promise.reject(new Error('not asked')),
    estimate: () => Promise.reject(new Error('nothing is estimated here')),
    nextCall: () => undefined,
    progress: () => undefined,
    stop: () => false,
    answer(_request: unknown, response: ServerResponse) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: 1\n\n');
      waiting.shift()?.(response);
    },
  };
  door = await startDoor({ gateway, limits });
  return { next: () => new Promise((resolve) => waiting.push(resolve)) };
}

const chat = (port: number) =>
  `POST /v1/chat/completions HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${doorKey}\r\n` +
  'Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';

test('closing lets a stream finish, drops idle connections, and takes no new ones', async () => {
  const { next } = await startSlowDoor();
  const started = next();
  const streaming = sendRaw(door.port, chat(door.port), { untilClosed: true });
  const idle = sendRaw(door.port, '', { untilClosed: true });
  const response = await started;
  const closing = door.close();
  expect((await idle).text).toBe('');
  await expect(fetch(`${door.url}/healthz`)).rejects.toThrow('fetch failed');
  response.write('data: 2\n\n');
  response.end('data: 3\n\n');
  await closing;
  const reply = await streaming;
  expect(reply.closed).toBe(true);
  for (const part of ['data: 1', 'data: 2', 'data: 3']) expect(reply.text).toContain(part);
  expect(reply.text.endsWith('0\r\n\r\n')).toBe(true);
});

test('destroy ends everything at once', async () => {
  const { next } = await startSlowDoor();
  const started = next();
  const streaming = sendRaw(door.port, chat(door.port), { untilClosed: true });
  await started;
  door.destroy();
  expect((await streaming).text.endsWith('0\r\n\r\n')).toBe(false);
});

test('a client that leaves is noticed by the answer it leaves', async () => {
  const { next } = await startSlowDoor();
  const started = next();
  const socket = net.connect(door.port, '127.0.0.1', () => socket.write(chat(door.port)));
  const response = await started;
  const left = new Promise<boolean>((resolve) => response.once('close', () => resolve(response.writableFinished)));
  socket.end();
  expect(await left).toBe(false);
});

test('garbage behind a running answer ends it without a second head in it', async () => {
  await startSlowDoor();
  let text = '';
  const socket = net.connect(door.port, '127.0.0.1', () => socket.write(chat(door.port)));
  socket.on('data', (data) => (text += data.toString()));
  socket.once('data', () => socket.write('BREW / HTTP/1.1\r\n\r\n'));
  await new Promise((resolve) => socket.once('close', resolve));
  expect(text).toContain('data: 1');
  expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(text.endsWith('0\r\n\r\n')).toBe(false);
});

test('a request with garbage right behind it reaches nobody', async () => {
  door = await startDoor();
  const reply = await sendRaw(door.port, `${chat(door.port)}BREW / HTTP/1.1\r\n\r\n`, { untilClosed: true });
  expect(reply).toMatchObject({ status: 400, closed: true });
  expect(door.calls).toEqual([]);
});

test('pipelined requests are answered in order', async () => {
  door = await startDoor();
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost:${door.port}\r\n\r\n`;
  const last = get('/api/hello').replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n');
  const reply = await sendRaw(door.port, get('/token') + get('/healthz') + last, { untilClosed: true });
  expect(reply.text.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 200', 'HTTP/1.1 200']);
});

test('a port in use is told, not thrown', async () => {
  door = await startDoor();
  const second = createHttpServer(() => {}, { limits: defaultConfig.limits, clock: systemClock });
  await expect(second.listen({ host: '127.0.0.1', port: door.port })).rejects.toThrow('EADDRINUSE');
  await second.close();
});

test('connections over the limit are dropped, and the others go on', async () => {
  door = await startDoor({ limits: { maxConnections: 2 } });
  const held = [net.connect(door.port, '127.0.0.1'), net.connect(door.port, '127.0.0.1')];
  await Promise.all(held.map((socket) => new Promise((resolve) => socket.once('connect', resolve))));
  expect(await sendRaw(door.port, chat(door.port), { untilClosed: true })).toMatchObject({ text: '', closed: true });
  for (const socket of held) socket.destroy();
  await door.untilEmpty();
  expect((await sendRaw(door.port, chat(door.port))).status).toBe(200);
});

test('a client that never reads an answer which is written to its end is let go', async () => {
  const { next } = await startSlowDoor({ clientWriteMs: 100 });
  const started = next();
  const socket = net.connect(door.port, '127.0.0.1', () => socket.write(chat(door.port)));
  socket.pause();
  const response = await started;
  const left = new Promise<boolean>((resolve) => response.once('close', () => resolve(response.writableFinished)));
  response.end(Buffer.alloc(64 * 1024 * 1024));
  expect(await left).toBe(false);
  socket.destroy();
});

test('destroy takes no new connections either', async () => {
  door = await startDoor();
  door.destroy();
  await expect(fetch(`${door.url}/healthz`)).rejects.toThrow('fetch failed');
});

test.each([
  [1024, 1024],
  [1024 * 1024, 64 * 1024],
])('with %i bytes for a stream, writing says "wait" at %i', async (streamBufferBytes, bound) => {
  const { next } = await startSlowDoor({ streamBufferBytes });
  const started = next();
  const streaming = sendRaw(door.port, chat(door.port));
  const response = await started;
  expect(response.writableHighWaterMark).toBe(bound);
  response.end();
  await streaming;
});

test('a body that never comes holds up a drain no longer than any request', async () => {
  door = await startDoor({ limits: { requestHeadMs: 200, requestBodyMs: 200 } });
  const socket = net.connect(door.port, '127.0.0.1');
  socket.on('error', () => undefined);
  const accepted = new Promise((resolve) => door.server.once('request', resolve));
  socket.write(chat(door.port).slice(0, -1));
  await accepted;
  const gone = new Promise((resolve) => socket.once('close', resolve));
  await door.close();
  await gone;
  expect(door.calls).toEqual([]);
});
