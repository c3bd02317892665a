/** What is sent again and what is told, over real sockets. */
import { expect, test } from 'vitest';
import {
  beginStream,
  endStream,
  reply,
  send,
  startRawServer,
  startUpstream,
  writeChunk,
} from '../../../test/support/upstream-rig.ts';
import type { Answer, SeenRequest } from '../../../test/support/upstream-rig.ts';

const good: Answer = (socket) => {
  beginStream(socket);
  writeChunk(socket, 'data: x\n\n');
  endStream(socket);
};

const exchangePath = '/copilot_internal/v2/token';
const userPath = '/copilot_internal/user';
const isCall = ({ path }: SeenRequest) => !path.startsWith('/copilot_internal');

/** GitHub and the Copilot API in one: tokens t1, t2, … and `answer` for everything else. */
function withTokens(answer: (token: string, ...rest: Parameters<Answer>) => void, envelope: object = {}): Answer {
  let tokens = 0;
  return (socket, request) => {
    if (request.path === exchangePath) {
      tokens += 1;
      return reply(socket, 200, JSON.stringify({ token: `t${tokens}`, refresh_in: 1500, expires_at: 1, ...envelope }));
    }
    answer(request.headers['authorization']?.replace('Bearer ', '') ?? '', socket, request);
  };
}

test('a token that dies in mid-life is renewed once, and nobody notices', async () => {
  const server = await startRawServer(
    withTokens((token, socket, request) =>
      token === 't1' && server.requests.filter(isCall).length > 1
        ? reply(socket, 401, 'IDE token expired: unauthorized: token expired', { 'content-type': 'text/plain' })
        : good(socket, request),
    ),
  );
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  expect((await send(upstream)).error).toBeNull();
  const together = await Promise.all([send(upstream), send(upstream), send(upstream)]);
  expect(together.map(({ error }) => error)).toEqual([null, null, null]);
  expect(server.requests.filter(({ path }) => path === exchangePath)).toHaveLength(2);
});

test('the exchange is asked as the official client asks', async () => {
  const server = await startRawServer(withTokens((_token, socket, request) => good(socket, request)));
  await send(startUpstream(server, { githubToken: 'ghu_x' }));
  expect(server.requests[0]).toMatchObject({
    method: 'GET',
    path: exchangePath,
    headers: { authorization: 'token ghu_x', 'x-github-api-version': '2025-04-01', accept: 'application/json' },
  });
  expect(server.requests[1]?.headers['authorization']).toBe('Bearer t1');
});

test.each([
  ['ghu_x', 4],
  ['gho_x', 2],
])('a login that is refused twice with %s is told, not hammered', async (githubToken, requests) => {
  const server = await startRawServer(withTokens((_token, socket) => reply(socket, 401, 'unauthorized: bad')));
  const upstream = startUpstream(server, { githubToken });
  const heard = await send(upstream);
  expect(heard.error).toMatchObject({ code: 'upstream_sign_in_required', upstreamStatus: 401 });
  expect(server.requests).toHaveLength(requests);
  expect(upstream.status()).toMatchObject({ ready: false, problem: { code: 'upstream_sign_in_required' } });
});

const envelope403 = JSON.stringify({
  can_signup_for_limited: false,
  message: 'Forbidden',
  error_details: {
    message: 'No access to GitHub Copilot found.',
    url: 'https://github.com/settings/copilot',
    notification_id: 'no_copilot_access',
  },
});

test.each([
  ['a dead login', 401, '{"message":"Bad credentials"}', 'upstream_sign_in_required', /Bad credentials/],
  [
    'no seat',
    403,
    envelope403,
    'upstream_forbidden',
    /No access to GitHub Copilot found\. https:\/\/github\.com\/settings/,
  ],
  ['a limited API', 403, '{"message":"API rate limit exceeded for user"}', 'rate_limited', /rate limit/],
  ['a token of another app', 404, '{"message":"Not Found"}', 'upstream_sign_in_required', /no token of this kind/],
  ['a failing GitHub', 500, '<html>Unicorn</html>', 'upstream_error', /HTTP 500/],
  ['a web page', 200, '<html>login</html>', 'not_an_api_response', /no Copilot token/],
  ['an empty object', 200, '{}', 'upstream_invalid_response', /no Copilot token/],
  ['a token that breaks its header', 200, '{"token":"a\\r\\nb"}', 'upstream_invalid_response', /no Copilot token/],
  ['a redirect', 302, '', 'upstream_invalid_response', /HTTP 302/],
])('an exchange that answers with %s', async (_name, status, body, code, message) => {
  const server = await startRawServer((socket) => reply(socket, status, body, { location: '/elsewhere' }));
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  const heard = await send(upstream);
  expect(heard.error?.code).toBe(code);
  expect(heard.error?.message).toMatch(message);
  expect(upstream.status()).toMatchObject({ ready: false, problem: { code } });
  // The back-off holds: the next call is told at once.
  expect((await send(upstream)).error?.code).toBe(code);
  expect(server.requests).toHaveLength(1);
});

test('an exchange that nobody answers is unreachable', async () => {
  const upstream = startUpstream({ url: 'http://127.0.0.1:1' }, { githubToken: 'ghu_x' });
  expect((await send(upstream)).error?.code).toBe('upstream_unreachable');
});

test('a caller who leaves while the token is fetched hears of it at once', async () => {
  const server = await startRawServer(() => undefined);
  const controller = new AbortController();
  const heard = send(startUpstream(server, { githubToken: 'ghu_x' }), { signal: controller.signal });
  await expect.poll(() => server.requests.length).toBe(1);
  controller.abort();
  expect((await heard).error?.code).toBe('canceled');
});

test.each([
  [null, /no GitHub token/],
  ['ghp_x', /classic/],
])('without a usable token (%s) every call says so', async (githubToken, message) => {
  const server = await startRawServer(good);
  const upstream = startUpstream(server, { githubToken });
  const heard = await send(upstream);
  expect(heard.error?.code).toBe('upstream_sign_in_required');
  expect(heard.error?.message).toMatch(message);
  await expect(upstream.models()).rejects.toMatchObject({ code: 'upstream_sign_in_required' });
  expect(upstream.status()).toMatchObject({
    ready: false,
    road: null,
    credentialKind: githubToken === null ? null : 'ghp_',
  });
});

test('the seat is found by the exchange, and found again when it moved', async () => {
  const old = await startRawServer((socket) =>
    reply(socket, 421, 'Misdirected Request', { 'content-type': 'text/plain' }),
  );
  const home = await startRawServer(good);
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
  const api = await startRawServer(good);
  const github = await startRawServer((socket) => reply(socket, 200, JSON.stringify({ endpoints: { api: api.url } })));
  const upstream = startUpstream(github, { config: { copilotApiUrl: null } });
  await Promise.all([send(upstream), send(upstream)]);
  await send(upstream);
  expect(github.requests.map(({ path }) => path)).toEqual([userPath]);
  expect(api.requests).toHaveLength(3);
});

test('a poisoned discovery answer carries the bearer nowhere', async () => {
  const thief = await startRawServer(good);
  const github = await startRawServer((socket) =>
    reply(socket, 200, JSON.stringify({ endpoints: { api: `http://user@127.0.0.1:${thief.port}` } })),
  );
  const heard = await send(startUpstream(github, { config: { copilotApiUrl: null } }));
  expect(heard.error?.code).toBe('misdirected');
  expect(thief.requests).toHaveLength(0);
});

test('a redirect carries the bearer nowhere', async () => {
  const thief = await startRawServer(good);
  const server = await startRawServer((socket) => reply(socket, 307, '', { location: `${thief.url}/responses` }));
  expect((await send(startUpstream(server))).error?.code).toBe('upstream_invalid_response');
  expect(thief.requests).toHaveLength(0);
});

test('a socket that dies between two requests costs nobody anything', async () => {
  const server = await startRawServer((socket, request) => {
    // The keep-alive race: the second request of every connection finds it closing.
    if (request.onConnection > 1) return void socket.resetAndDestroy();
    good(socket, request);
  });
  const upstream = startUpstream(server);
  for (let count = 0; count < 20; count += 1) expect((await send(upstream)).error).toBeNull();
});

test('an account-level 403 is asked again with a new token, a model-level one is not', async () => {
  const server = await startRawServer(
    withTokens((token, socket, request) => {
      if (request.path === '/responses') return reply(socket, 403, 'model x is not enabled for you');
      if (token === 't1') return reply(socket, 403, 'Forbidden');
      good(socket, request);
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
    server.requests.length === 1 ? reply(socket, 429, '', { 'retry-after': '0' }) : good(socket, request),
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
    request.headers['x-github-api-version'] === '2025-05-01' ? good(socket, request) : reply(socket, status, body),
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
  const { gzipSync } = await import('node:zlib');
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
  const server = await startRawServer(good);
  await send(startUpstream(server, { config: { copilotApiUrl: `${server.url}/gateway/` } }));
  expect(server.requests[0]?.path).toBe('/gateway/chat/completions');
  const heard = await send(startUpstream(server, { config: { copilotApiUrl: 'http://copilot.example' } }));
  expect(heard.error?.code).toBe('misdirected');
});

test('status is ready once a token is at hand, and asks for one by itself', async () => {
  const server = await startRawServer(withTokens((_token, socket, request) => good(socket, request)));
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  upstream.status();
  await expect.poll(() => upstream.status().bearerSince).not.toBeNull();
  expect(upstream.status()).toMatchObject({
    ready: true,
    road: 'exchanged',
    apiOrigin: server.url,
    credentialKind: 'ghu_',
    problem: null,
  });
});

test('a reset during the exchange is unreachable, and one on an old socket is not even noticed', async () => {
  const reset = await startRawServer((socket) => void socket.resetAndDestroy());
  expect((await send(startUpstream(reset, { githubToken: 'ghu_x' }))).error?.code).toBe('upstream_unreachable');
  const server = await startRawServer((socket, request) => {
    if (request.path !== exchangePath) return reply(socket, 401, 'expired', { connection: 'keep-alive' });
    if (request.onConnection > 1) return void socket.resetAndDestroy();
    reply(socket, 200, JSON.stringify({ token: 't', refresh_in: 1500 }));
  });
  expect((await send(startUpstream(server, { githubToken: 'ghu_x' }))).error?.code).toBe('upstream_sign_in_required');
});
