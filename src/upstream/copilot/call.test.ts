/** What is sent again and what is told, over real sockets. */
import { getEventListeners } from 'node:events';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  answerWell,
  reply,
  send,
  startRawServer,
  startUpstream,
  untilIdle,
  withTokens,
} from '../../../test/support/upstream-rig.ts';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';

const userPath = '/copilot_internal/user';

test('the seat is found by the exchange, and found again when it moved', async () => {
  const old = await startRawServer((socket) =>
    reply(socket, 421, 'Misdirected Request', { 'content-type': 'text/plain' }),
  );
  const home = await startRawServer(answerWell);
  const urls = [old.url, home.url];
  const github = await startRawServer((socket) =>
    reply(socket, 200, JSON.stringify({ token: 't', refresh_in: 1500, endpoints: { api: urls.shift() } })),
  );
  const upstream = startUpstream(github, { githubToken: 'ghu_x', config: { copilotApiUrl: null } });
  expect((await send(upstream)).error).toBeNull();
  expect([old.requests.length, home.requests.length, github.requests.length]).toEqual([1, 1, 2]);
  expect(upstream.status().apiOrigin).toBe(home.url);
});

test('a seat that is misdirected twice is told so', async () => {
  const server = await startRawServer((socket) => reply(socket, 421, 'Misdirected Request'));
  const heard = await send(startUpstream(server));
  expect(heard.error?.code).toBe('misdirected');
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 2]);
});

test('a direct bearer asks GitHub for its host, once', async () => {
  const api = await startRawServer(answerWell);
  const github = await startRawServer((socket) => reply(socket, 200, JSON.stringify({ endpoints: { api: api.url } })));
  const upstream = startUpstream(github, { config: { copilotApiUrl: null } });
  await Promise.all([send(upstream), send(upstream)]);
  await send(upstream);
  expect(github.requests.map(({ path }) => path)).toEqual([userPath]);
  expect(api.requests).toHaveLength(3);
});

test('a poisoned discovery answer carries the bearer nowhere', async () => {
  const thief = await startRawServer(answerWell);
  const github = await startRawServer((socket) =>
    reply(socket, 200, JSON.stringify({ endpoints: { api: `http://user@127.0.0.1:${thief.port}` } })),
  );
  const heard = await send(startUpstream(github, { config: { copilotApiUrl: null } }));
  expect(heard.error?.code).toBe('misdirected');
  expect(thief.requests).toHaveLength(0);
});

test('a redirect carries the bearer nowhere', async () => {
  const thief = await startRawServer(answerWell);
  const server = await startRawServer((socket) => reply(socket, 307, '', { location: `${thief.url}/responses` }));
  expect((await send(startUpstream(server))).error?.code).toBe('not_an_api_response');
  expect(thief.requests).toHaveLength(0);
});

test('a socket that dies between two requests costs nobody anything', async () => {
  const server = await startRawServer((socket, request) => {
    // The keep-alive race: the second request of every connection finds it closing.
    if (request.onConnection > 1) return void socket.resetAndDestroy();
    answerWell(socket, request);
  });
  const upstream = startUpstream(server);
  for (let count = 0; count < 20; count += 1) {
    expect((await send(upstream)).error).toBeNull();
    await untilIdle();
  }
  // Every call but the first met a dying socket, and was carried by a fresh one.
  expect(server.requests).toHaveLength(39);
});

test('an account-level 403 is asked again with a new token, a model-level one is not', async () => {
  const server = await startRawServer(
    withTokens((token, socket, request) => {
      if (request.path === '/responses') return reply(socket, 403, 'model x is not enabled for you');
      if (token === 't1') return reply(socket, 403, 'Forbidden');
      answerWell(socket, request);
    }),
  );
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  expect((await send(upstream)).error).toBeNull();
  expect((await send(upstream, { path: '/responses' })).error?.code).toBe('upstream_forbidden');
  expect(server.requests.filter(({ path }) => path === '/responses')).toHaveLength(1);
});

test('an abuse block stops everything', async () => {
  const server = await startRawServer((socket) =>
    reply(socket, 403, 'access to this endpoint is forbidden. Please review our Terms of Service.'),
  );
  const upstream = startUpstream(server);
  expect((await send(upstream)).error?.code).toBe('upstream_forbidden');
  const later = await send(upstream);
  expect(later.error?.code).toBe('upstream_forbidden');
  expect(later.error?.message).toMatch(/no further call/);
  await expect(upstream.models()).rejects.toMatchObject({ code: 'upstream_forbidden' });
  expect(server.requests).toHaveLength(1);
  expect(upstream.status()).toMatchObject({ ready: false, problem: { code: 'upstream_forbidden' } });
});

test.each([
  [429, '0', 2],
  [503, '0', 2],
  [429, '60', 1],
  [503, '60', 1],
  [408, '0', 1],
  [500, '0', 1],
  [502, '0', 1],
  [504, '0', 1],
  [402, '0', 1],
])('a %d with retry-after %s is asked %d times', async (status, after, times) => {
  const server = await startRawServer((socket) => reply(socket, status, '{}', { 'retry-after': after }));
  const heard = await send(startUpstream(server));
  expect(heard.error?.upstreamStatus).toBe(status);
  expect(server.requests).toHaveLength(times);
});

test('a busy upstream that answers the second time is not noticed', async () => {
  const server = await startRawServer((socket, request) =>
    server.requests.length === 1 ? reply(socket, 429, '', { 'retry-after': '0' }) : answerWell(socket, request),
  );
  expect((await send(startUpstream(server))).error).toBeNull();
});

test.each([
  [466, 'client too old'],
  [400, '{"error":{"message":"invalid apiVersion"}}'],
  [404, 'invalid apiVersion'],
])('refused versions (%d %s) are walked down once and remembered', async (status, body) => {
  const saved = new Map<string, string>();
  const memory = {
    get: (key: string) => saved.get(key),
    set: (key: string, value: string) => void saved.set(key, value),
  };
  const server = await startRawServer((socket, request) =>
    request.headers['x-github-api-version'] === '2025-05-01'
      ? answerWell(socket, request)
      : reply(socket, status, body),
  );
  const upstream = startUpstream(server, { memory });
  expect((await send(upstream)).error).toBeNull();
  expect(server.requests).toHaveLength(4);
  expect((await send(upstream)).error).toBeNull();
  expect((await send(startUpstream(server, { memory }))).error).toBeNull();
  expect(server.requests).toHaveLength(6);
  expect(upstream.status().apiVersion).toBe('2025-05-01');
});

test('when no version pleases, the last refusal is told, and the walk is not repeated', async () => {
  const server = await startRawServer((socket) => reply(socket, 466, 'client too old'));
  const upstream = startUpstream(server);
  expect((await send(upstream)).error?.upstreamStatus).toBe(466);
  await send(upstream);
  expect(server.requests).toHaveLength(6);
});

test('a refusal that is compressed, or whose body never ends, is still read', async () => {
  const words = JSON.stringify({ error: { message: 'bad thing' } });
  const compressed = await startRawServer((socket) =>
    reply(socket, 400, gzipSync(words), { 'content-encoding': 'gzip' }),
  );
  expect((await send(startUpstream(compressed))).error).toMatchObject({
    code: 'invalid_request',
    message: 'bad thing',
  });
  const endless = await startRawServer((socket) => {
    socket.write('HTTP/1.1 400 Bad\r\ntransfer-encoding: chunked\r\n\r\n');
    const pump = (): void => {
      while (!socket.destroyed && socket.write(`4000\r\n${'x'.repeat(0x4000)}\r\n`));
      if (!socket.destroyed) socket.once('drain', pump);
    };
    pump();
  });
  expect((await send(startUpstream(endless))).error?.code).toBe('invalid_request');
  await expect.poll(() => endless.open.size).toBe(0);
});

test('lists the models with the intent of a list, and keeps the list when GitHub fails', async () => {
  const server = await startRawServer((socket) =>
    server.requests.length === 1
      ? reply(socket, 200, JSON.stringify({ data: [{ id: 'm', supported_endpoints: ['/responses'] }] }))
      : reply(socket, 429, ''),
  );
  const upstream = startUpstream(server, { config: { catalogueMs: 0 } });
  const [first] = await upstream.models();
  expect(first).toMatchObject({ id: 'm', endpoints: ['/responses'] });
  expect((await upstream.models())[0]?.id).toBe('m');
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    path: '/models',
    headers: { 'openai-intent': 'model-access' },
  });
  expect(server.requests[0]?.headers['x-initiator']).toBeUndefined();
});

test('a base with a path is kept as a prefix; a base that is not safe is refused', async () => {
  const server = await startRawServer(answerWell);
  await send(startUpstream(server, { config: { copilotApiUrl: `${server.url}/gateway/` } }));
  expect(server.requests[0]?.path).toBe('/gateway/chat/completions');
  const heard = await send(startUpstream(server, { config: { copilotApiUrl: 'http://copilot.example' } }));
  expect(heard.error?.code).toBe('misdirected');
});

test('a wait that is a date counts from our own clock where the answer has none', async () => {
  const then = new Date(systemClock.now() + 60_000).toUTCString();
  const server = await startRawServer((socket) => reply(socket, 429, '', { 'retry-after': then }));
  const { error } = await send(startUpstream(server));
  expect(error?.retryAfterMs).toBeGreaterThan(50_000);
  expect(error?.retryAfterMs).toBeLessThanOrEqual(60_000);
});

test('a storm of 429s is not doubled by retries', async () => {
  const server = await startRawServer((socket) => reply(socket, 429, '', { 'retry-after': '0' }));
  const upstream = startUpstream(server);
  const heard = await Promise.all(Array.from({ length: 100 }, () => send(upstream)));
  expect(new Set(heard.map(({ error }) => error?.code))).toEqual(new Set(['rate_limited']));
  expect(server.requests.length).toBeLessThanOrEqual(110);
});

test('after a sleep the sockets of before are not trusted', async () => {
  let sleptMs = 0;
  const clock = { ...systemClock, now: () => Date.now() + sleptMs };
  const server = await startRawServer(answerWell);
  const upstream = startUpstream(server, { clock });
  await send(upstream);
  await untilIdle();
  await send(upstream);
  await untilIdle();
  sleptMs = 8 * 3600_000;
  await send(upstream);
  expect(server.requests.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('a call costs nothing that it did not ask for: no timer and no listener is left behind', async () => {
  const server = await startRawServer(answerWell);
  let timers = 0;
  const clock: Clock = {
    ...systemClock,
    after(delayMs, callback) {
      timers += 1;
      let open = true;
      const close = () => {
        if (open) timers -= 1;
        open = false;
      };
      const timer = systemClock.after(delayMs, () => {
        close();
        callback();
      });
      return {
        cancel() {
          close();
          timer.cancel();
        },
      };
    },
  };
  const upstream = startUpstream(server, { clock });
  const { signal } = new AbortController();
  for (let count = 0; count < 5; count += 1) await send(upstream, { signal });
  expect(timers).toBe(0);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});

test('a refusal whose connection breaks is still the refusal', async () => {
  const server = await startRawServer((socket) => {
    socket.write('HTTP/1.1 402 No\r\ncontent-length: 999\r\n\r\n{"message":"You have no quota"');
    socket.end();
  });
  expect((await send(startUpstream(server))).error).toMatchObject({ code: 'insufficient_quota', upstreamStatus: 402 });
});
