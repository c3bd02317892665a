/** Tests of the dashboard's door on a real socket: who gets in, with what, and what every answer forbids a browser. */
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import type { ControlReply } from '../control/contract.ts';
import { pageHeaders } from './assets.ts';
import { createDashboardDoor } from './door.ts';
import { createLiveFeed } from './live-feed.ts';
import { createSignIn } from './sign-in.ts';

const clock = createFakeClock();
const page = { bytes: Buffer.from('<!doctype html>'), headers: { ...pageHeaders, 'content-type': 'text/html' } };

let secrets = 0;
const signIn = createSignIn({ clock, newSecret: () => `secret-${(secrets += 1)}` });
const feed = createLiveFeed({ clock, snapshot: () => ({ now: 1 }) });
let asked: { operation: string; args: unknown }[] = [];
let place = { isLocal: true, isHttps: false };
let hasPage = true;

async function answerOf(operation: string, args: unknown): Promise<ControlReply> {
  if (operation === 'broken') throw new Error('a secret of the inside');
  asked.push({ operation, args });
  if (operation === 'nonsense') return { ok: false, error: { code: 'invalid_request', message: 'no' } };
  return { ok: true, result: {} };
}

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const origin = `http://127.0.0.1:${port()}`;
  door(request, response, { path: url.pathname, query: url.search, origin, ...place });
});
const door = createDashboardDoor({
  signIn,
  feed,
  ask: answerOf,
  assets: () => Promise.resolve(hasPage ? new Map([['', page]]) : new Map()),
});
const port = () => (server.address() as AddressInfo).port;

beforeEach(async () => {
  asked = [];
  place = { isLocal: true, isHttps: false };
  hasPage = true;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** By `node:http`, which sends Cookie and Origin as they are told. */
function send(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest({ host: '127.0.0.1', port: port(), method, path, headers }, (response) => {
      let text = '';
      const done = () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (response.headers['content-type'] === 'text/event-stream') {
          done();
          sent.destroy();
        }
      });
      response.on('end', done);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

interface Session {
  readonly cookie: string;
  readonly csrf: string;
}

function session(): Session {
  const value = signIn.redeem(signIn.newCode()) ?? '';
  return { cookie: `crossfeed_ui_${port()}=${value}`, csrf: signIn.find(value)?.csrf ?? '' };
}

/** What the page itself sends, and how each row departs from it; undefined takes a header away. */
function questionHeaders(
  { cookie, csrf }: Session,
  changed: Record<string, string | undefined>,
): Record<string, string> {
  const own = {
    cookie,
    origin: `http://127.0.0.1:${port()}`,
    'x-crossfeed-csrf': csrf,
    'content-type': 'application/json',
  };
  const all: [string, string | undefined][] = Object.entries({ ...own, ...changed });
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

test.each<[what: string, status: number, changed: Record<string, string | undefined>]>([
  ['as the page asks it', 200, {}],
  ['with a charset', 200, { 'content-type': 'application/json; charset=utf-8' }],
  ['without a cookie', 401, { cookie: undefined }],
  ["with another port's cookie", 401, { cookie: 'crossfeed_ui_1=secret-2' }],
  ['with a guessed cookie', 401, { cookie: 'crossfeed_ui_PORT=guess' }],
  ["with a client's key instead", 401, { cookie: undefined, authorization: 'Bearer sk-crossfeed-key' }],
  ['without an origin', 403, { origin: undefined }],
  ['from another port of this machine', 403, { origin: 'http://127.0.0.1:1' }],
  ['from another name of this machine', 403, { origin: 'http://localhost:PORT' }],
  ['from the same host over HTTPS', 403, { origin: 'https://127.0.0.1:PORT' }],
  ['from nowhere', 403, { origin: 'null' }],
  ['without the header', 403, { 'x-crossfeed-csrf': undefined }],
  ['with the header of somebody else', 403, { 'x-crossfeed-csrf': 'secret-1' }],
  ['as a form', 403, { 'content-type': 'application/x-www-form-urlencoded' }],
  ['as plain text', 403, { 'content-type': 'text/plain' }],
  ['as JSON by its beginning only', 403, { 'content-type': 'application/jsonx' }],
  ['without a type', 403, { 'content-type': undefined }],
])('a question %s is answered with %d', async (_, status, changed) => {
  const told = Object.entries(changed).map(([name, value]) => [name, value?.replace('PORT', String(port()))]);
  const headers = questionHeaders(session(), Object.fromEntries(told) as Record<string, string | undefined>);
  const reply = await send('POST', '/ui/api/pause', headers, '{"paused":true}');
  expect(reply.status).toBe(status);
  expect(asked).toEqual(status === 200 ? [{ operation: 'pause', args: { paused: true } }] : []);
});

test.each<[body: string, status: number]>([
  ['{}', 200],
  ['', 400],
  ['[]', 400],
  ['"text"', 400],
  ['{"label":', 400],
  [JSON.stringify({ label: 'x'.repeat(70_000) }), 400],
])('a body that begins with %.12s is answered with %d', async (body, status) => {
  expect(await send('POST', '/ui/api/keys', questionHeaders(session(), {}), body)).toMatchObject({ status });
});

test.each<[method: string, path: string, cookie: boolean, status: number]>([
  ['GET', '/ui', false, 303],
  ['GET', '/ui/', false, 200],
  ['HEAD', '/ui/', false, 200],
  ['POST', '/ui/', true, 405],
  ['GET', '/ui/nothing', true, 404],
  ['GET', '/ui/assets/../index.html', true, 404],
  ['GET', '/ui/sign-in', true, 403],
  ['GET', '/ui/sign-in?code=guess', true, 403],
  ['POST', '/ui/sign-in?code=guess', true, 405],
  ['GET', '/ui/api/csrf', false, 401],
  ['GET', '/ui/api/csrf', true, 200],
  ['POST', '/ui/api/csrf', true, 405],
  ['GET', '/ui/api/live', false, 401],
  ['GET', '/ui/api/live', true, 200],
  ['POST', '/ui/api/live', true, 405],
  ['GET', '/ui/api/keys', false, 401],
  ['GET', '/ui/api/keys', true, 405],
  ['PUT', '/ui/api/keys', true, 405],
  ['OPTIONS', '/ui/api/keys', false, 401],
])('%s %s, signed in: %s, is answered with %d', async (method, path, isSignedIn, status) => {
  const reply = await send(method, path, isSignedIn ? { cookie: session().cookie } : {});
  expect(reply.status).toBe(status);
  expect(reply.headers).toMatchObject({
    'content-security-policy': pageHeaders['content-security-policy'],
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  expect(reply.headers['access-control-allow-origin']).toBeUndefined();
  expect(asked).toEqual([]);
});

test('a link opens one session, once, by a cookie that no script and no other site gets', async () => {
  const path = `/ui/sign-in?code=${signIn.newCode()}`;
  const first = await send('GET', path);
  expect(first).toMatchObject({ status: 303, headers: { location: '/ui/' } });
  const [line = ''] = first.headers['set-cookie'] ?? [];
  expect(line).toMatch(
    new RegExp(`^crossfeed_ui_${port()}=[\\w-]+; Path=/ui; Max-Age=43200; HttpOnly; SameSite=Strict$`),
  );
  expect(await send('GET', path)).toMatchObject({ status: 403 });
  const cookie = line.split(';')[0] ?? '';
  expect(await send('GET', '/ui/api/csrf', { cookie })).toMatchObject({ status: 200 });
});

test('over HTTPS the cookie is for HTTPS only', async () => {
  place = { isLocal: false, isHttps: true };
  const { headers } = await send('GET', `/ui/sign-in?code=${signIn.newCode()}`);
  expect(headers['set-cookie']?.[0]).toMatch(/; Secure$/);
});

test.each(['/ui', '/ui/', '/ui/sign-in?code=CODE', '/ui/api/csrf', '/ui/api/live'])(
  'another machine without HTTPS does not get %s, whatever it brings',
  async (path) => {
    place = { isLocal: false, isHttps: false };
    const { cookie } = session();
    const code = signIn.newCode();
    expect(await send('GET', path.replace('CODE', code), { cookie })).toMatchObject({ status: 403 });
    expect(signIn.redeem(code)).toBeDefined();
  },
);

test('who signs out is out, and the cookie goes', async () => {
  const mine = session();
  const reply = await send('POST', '/ui/api/sign-out', questionHeaders(mine, {}));
  expect(reply.headers['set-cookie']?.[0]).toMatch(/=; Path=\/ui; Max-Age=0; HttpOnly/);
  expect(await send('GET', '/ui/api/csrf', { cookie: mine.cookie })).toMatchObject({ status: 401 });
});

test('who signed out is shown nothing more on any page', async () => {
  const mine = session();
  const response = await new Promise<IncomingMessage>((resolve) =>
    httpRequest(
      { host: '127.0.0.1', port: port(), path: '/ui/api/live', headers: { cookie: mine.cookie } },
      resolve,
    ).end(),
  );
  response.resume();
  const over = new Promise<boolean>((resolve) => response.once('end', () => resolve(true)));
  await send('POST', '/ui/api/sign-out', questionHeaders(mine, {}));
  clock.advance(500);
  expect(await over).toBe(true);
  expect(feed.watchers).toBe(0);
});

test('of a thousand pages that look on, fifty do', async () => {
  const { cookie } = session();
  const leaves = Array.from({ length: 50 }, () =>
    feed.watch({ write: () => true, onDrain: () => {}, mayLook: () => true, end: () => {} }),
  );
  expect(await send('GET', '/ui/api/live', { cookie })).toMatchObject({ status: 503 });
  for (const leave of leaves) leave();
  expect(await send('GET', '/ui/api/live', { cookie })).toMatchObject({ status: 200 });
});

test('a question that is wrong is a 400, and one that fails a 500 that tells nothing of the inside', async () => {
  const headers = questionHeaders(session(), {});
  expect(await send('POST', '/ui/api/nonsense', headers, '{}')).toMatchObject({ status: 400 });
  const reply = await send('POST', '/ui/api/broken', headers, '{}');
  expect(reply.status).toBe(500);
  expect(reply.text).not.toContain('inside');
});

test('a page that was not built says how', async () => {
  hasPage = false;
  expect(await send('GET', '/ui/')).toMatchObject({
    status: 503,
    text: expect.stringContaining('build:web') as string,
  });
});
