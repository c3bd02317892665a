/** Short-lived tokens end to end: the exchange, its refusals, and tokens that die. */
import type { Socket } from 'node:net';
import { expect, test } from 'vitest';
import {
  answerWell,
  exchangePath,
  reply,
  send,
  startRawServer,
  startUpstream,
  withTokens,
} from '../../../test/support/upstream-rig.ts';
import type { SeenRequest } from '../../../test/support/upstream-rig.ts';
import { systemClock } from '../../base/clock.ts';
import type { Clock } from '../../base/clock.ts';

const isCall = ({ path }: SeenRequest) => path !== exchangePath;

test('a token that dies in mid-life is renewed once, and nobody notices', async () => {
  const server = await startRawServer(
    withTokens((token, socket, request) =>
      token === 't1' && server.requests.filter(isCall).length > 1
        ? reply(socket, 401, 'IDE token expired: unauthorized: token expired', { 'content-type': 'text/plain' })
        : answerWell(socket, request),
    ),
  );
  const upstream = startUpstream(server, { githubToken: 'ghu_x' });
  expect((await send(upstream)).error).toBeNull();
  const together = await Promise.all([send(upstream), send(upstream), send(upstream)]);
  expect(together.map(({ error }) => error)).toEqual([null, null, null]);
  expect(server.requests.filter(({ path }) => path === exchangePath)).toHaveLength(2);
});

test('the exchange is asked as the official client asks', async () => {
  const server = await startRawServer(withTokens((_token, socket, request) => answerWell(socket, request)));
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
  [
    'an envelope of a failing GitHub',
    403,
    '{"message":"x","error_details":{"message":"Look-up failed.","notification_id":"server_error"}}',
    'upstream_error',
    /GitHub says: Look-up failed\./,
  ],
  ['W-016 a web page', 200, '<html>login</html>', 'not_an_api_response', /does this network want a sign-in/],
  ['an empty object', 200, '{}', 'upstream_invalid_response', /no Copilot token/],
  ['a token that breaks its header', 200, '{"token":"a\\r\\nb"}', 'upstream_invalid_response', /no Copilot token/],
  ['W-016 a redirect', 302, '', 'not_an_api_response', /HTTP 302.*does this network want a sign-in/],
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
  const server = await startRawServer(answerWell);
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

test('status is ready once a token is at hand, and asks for one by itself', async () => {
  const server = await startRawServer(withTokens((_token, socket, request) => answerWell(socket, request)));
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

test.each([
  ['before the head', () => undefined],
  ['in the body', (socket: Socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{')],
])('a GitHub that hangs %s is given up after thirty seconds', async (_name, answer) => {
  const server = await startRawServer(answer);
  // Thirty seconds of this clock are short; every other wait is as long as it says.
  const clock: Clock = {
    ...systemClock,
    after: (delayMs, callback) => systemClock.after(delayMs === 30_000 ? 50 : delayMs, callback),
  };
  const heard = await send(startUpstream(server, { githubToken: 'ghu_x', clock }));
  expect(heard.error?.code).toBe('upstream_timeout');
  await expect.poll(() => server.open.size).toBe(0);
});
