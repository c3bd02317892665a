/** Host × Origin × method on every route, with the key in a header and in the path: decided before auth and routing. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '../src/base/clock.ts';
import { defaultConfig } from '../src/config/config.ts';
import { ProxyError } from '../src/errors/proxy-error.ts';
import { createApp, type AppOptions } from '../src/http/app.ts';
import type { BindSettings } from '../src/http/bind-policy.ts';
import type { HttpDoorOptions } from '../src/http/create-listener.ts';
import { dryAnswers } from '../src/http/dry-answers.ts';
import { geminiBases, geminiMethods } from '../src/http/gemini-routes.ts';
import { createKeyRegistry } from '../src/http/key-registry.ts';
import { metricsDoor } from '../src/http/metrics-door.ts';
import { ollamaDoor } from '../src/http/ollama-door.ts';
import { inferencePaths, showPaths } from '../src/http/routes.ts';
import { redacted, createRedactor } from '../src/observability/redact.ts';
import { doorRoutes, noRoutes } from './corpora/door-routes.ts';
import { sendRaw, type RawReply } from './support/raw-client.ts';
import { doorKey, startDoor, type Door } from './support/start-door.ts';

/** Of every kind one: what the key in the path means is the same for all. */
const routes = [
  '/',
  '/healthz',
  '/api/hello',
  '/v1/chat/completions',
  '/chat/completions',
  '/v1/v1/chat/completions',
  '/v1/messages/count_tokens',
  '/v1/models',
  '/v1/models/gpt-5.2',
  '/crossfeed/v1/status',
  '/crossfeed/v1/exchanges/x-1',
  '/v1beta/models/gemini-3.8-pro:generateContent',
  '/api/chat',
  '/v1/nothing',
  '/nothing',
  '/metrics',
];
const methods = ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'TRACE'];

let door: Door;
/** What got past the guard to the page of the owner, or to a socket. */
const passed: string[] = [];
const doors: Record<string, Door> = {};
const bind: BindSettings = { ...defaultConfig.server, allowHosts: ['allowed.example'] };
const noFigures = () => Promise.resolve({ contentType: 'text/plain', body: 'none' });
const further: Pick<HttpDoorOptions, 'dashboard' | 'webSocket' | 'metrics'> = {
  metrics: noFigures,
  dashboard(_request, response, { path }) {
    passed.push(path);
    response.end('the page');
  },
  webSocket: {
    accept(request) {
      passed.push(`socket ${request.url}`);
      return new ProxyError('invalid_request', 'reached');
    },
    drain: () => undefined,
  },
};

beforeAll(async () => {
  door = await startDoor();
  doors['the data port'] = await startDoor(further);
  for (const [name, requireKey] of [
    ["Ollama's port", true],
    ["Ollama's port without a key", false],
  ] as const)
    doors[name] = await startDoor({ ...further, become: (first) => ollamaDoor(first, { port: 0, requireKey }, bind) });
  doors['the port for figures'] = await startDoor({ ...further, become: (first) => metricsDoor(first, bind) });
});
afterAll(() => Promise.all([door, ...Object.values(doors)].map((one) => one.close())));

interface Asked {
  readonly method?: string;
  readonly path: string;
  readonly host?: string;
  readonly lines?: readonly string[];
}

function ask({ method = 'GET', path, host = `localhost:${door.port}`, lines = [] }: Asked): Promise<RawReply> {
  const head = [`${method} ${path} HTTP/1.1`, `Host: ${host}`, 'Connection: close', ...lines];
  return sendRaw(door.port, `${head.join('\r\n')}\r\n\r\n`, { untilClosed: true });
}

const key = `Authorization: Bearer ${doorKey}`;
const prefixed = (path: string) => `/k/${doorKey}${path}`;

const forbidden: readonly (readonly [title: string, over: Omit<Asked, 'path'>])[] = [
  ['a rebound name', { host: 'evil.example:4141' }],
  ['a rebound name without a port', { host: 'evil.example' }],
  ["another service's port", { host: 'localhost:1' }],
  ["Docker's name where it is not allowed", { host: 'host.docker.internal' }],
  ['a private address', { host: '192.168.1.5:4141' }],
  ['a foreign page', { lines: ['Origin: https://evil.example'] }],
  ['a page without an origin', { lines: ['Origin: null'] }],
  ["another server's page on this machine", { lines: ['Origin: http://localhost:3000'] }],
  ['an image of a foreign page', { lines: ['Sec-Fetch-Site: cross-site'] }],
  ['B-060 a caller that claims to be forwarded', { host: 'evil.example', lines: ['X-Forwarded-Host: localhost'] }],
];

/** Many requests on one connection, and the statuses of their answers. */
async function statusesOf({ port }: Door, asked: readonly Asked[]): Promise<readonly number[]> {
  const heads = asked.map(({ method = 'GET', path, host = `localhost:${port}`, lines = [] }, at) => {
    const last = at === asked.length - 1 ? ['Connection: close'] : [];
    return `${[`${method} ${path} HTTP/1.1`, `Host: ${host}`, ...lines, ...last].join('\r\n')}\r\n\r\n`;
  });
  const { text } = await sendRaw(port, heads.join(''), { untilClosed: true });
  expect(text).not.toMatch(/^access-control/im);
  expect(text).not.toContain(doorKey);
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

const allPaths = [...doorRoutes.map(({ path }) => path), ...noRoutes];
const asSocket = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  `Sec-WebSocket-Key: ${'A'.repeat(22)}==`,
];

/** With a key, a container may call this machine by that name. */
const withoutDocker = forbidden.filter(([title]) => !title.startsWith('Docker'));

describe.each([
  ['the data port', forbidden],
  ["Ollama's port", withoutDocker],
  ["Ollama's port without a key", forbidden],
  ['the port for figures', forbidden],
])('%s', (name, rows) => {
  test.each(rows)('%s gets nothing on any route by any method, also with the right key', async (_title, over) => {
    const at = doors[name];
    if (at === undefined) throw new Error(name);
    const wrong: unknown[] = [];
    for (const path of allPaths) {
      const lines = [key, ...(over.lines ?? [])];
      const all = [path, prefixed(path)].flatMap((target) =>
        methods.map((method) => ({ ...over, lines, method, path: target })),
      );
      const statuses = await statusesOf(at, all);
      if (statuses.length !== all.length || statuses.some((status) => status !== 403)) wrong.push([path, statuses]);
      const [upgraded] = await statusesOf(at, [{ ...over, path, lines: [...lines, ...asSocket] }]);
      if (upgraded !== 403) wrong.push(['socket', path, upgraded]);
    }
    expect(wrong).toEqual([]);
    expect([at.calls, passed.splice(0)]).toEqual([[], []]);
  });
});

describe('every route', () => {
  test('of the app has its row in the matrix, and no row is for a route that is gone', () => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing is asked of it but its paths
    const app = createApp({ metrics: noFigures } as unknown as AppOptions);
    const calls = geminiBases.flatMap((base) => geminiMethods.map((method) => `${base}/models/{model}:${method}`));
    const known = new Set([...app.paths, ...inferencePaths, ...calls, ...dryAnswers.keys(), ...showPaths]);
    const rows = doorRoutes.filter(({ access }) => access !== 'session').map(({ pattern }) => pattern);
    expect(rows.toSorted()).toEqual([...known].toSorted());
  });

  test.each(doorRoutes)('$pattern is $access', async ({ path, access }) => {
    const at = doors['the data port'];
    if (at === undefined) throw new Error('no door');
    const [open] = await statusesOf(at, [{ path }]);
    const [withKey] = await statusesOf(at, [{ path, lines: [key] }]);
    // The page has a sign-in of its own, behind the guard.
    expect(open === 401).toBe(access === 'keyed');
    expect(withKey).not.toBe(401);
    expect(withKey).not.toBe(403);
    expect(passed.splice(0)).toEqual(access === 'session' ? [path, path] : []);
    at.calls.length = 0;
  });
});

describe('the key in the path', () => {
  test.each(routes.filter((path) => path !== '/'))(
    '%s behind it is what it is with the key in a header',
    async (path) => {
      for (const method of methods) {
        const body = ['Content-Type: application/json', 'Content-Length: 2'];
        const send = async (asked: Asked) => {
          const head = [`${method} ${asked.path} HTTP/1.1`, `Host: localhost:${door.port}`, 'Connection: close'];
          const lines = [...head, ...body, ...(asked.lines ?? [])];
          const { status, headers } = await sendRaw(door.port, `${lines.join('\r\n')}\r\n\r\n{}`, {
            untilClosed: true,
          });
          return [method, status, headers['allow']];
        };
        expect(await send({ path: prefixed(path) })).toEqual(await send({ path, lines: [key] }));
      }
      door.calls.length = 0;
    },
  );

  test('is stripped before anything else is read of the path', async () => {
    const reply = await fetch(`${door.url}${prefixed('/v1/messages')}?beta=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    });
    expect(reply.status).toBe(200);
    expect(door.calls.at(-1)?.route.path).toBe('/v1/messages');
    expect(door.calls.at(-1)?.caller.keyId).toBe('default');
  });

  test.each([
    [encodeURIComponent(doorKey).replaceAll('-', '%2D'), 200],
    [encodeURIComponent(encodeURIComponent(doorKey).replaceAll('-', '%2D')), 401],
    [`${doorKey}x`, 401],
    ['%zz', 404],
    ['', 404],
  ])('is decoded once: /k/%s/ is %d', async (segment, status) => {
    const reply = await ask({ path: `/k/${segment}/v1/models` });
    expect(reply.status).toBe(status);
  });

  test.each([`/k/${doorKey}/../v1/models`, `/k/${doorKey}//v1/models`, `/k/${doorKey}/v1/%2e%2e/x`, `/k/${doorKey}`])(
    '%s is told without it',
    async (path) => {
      const reply = await ask({ path });
      expect([200, 404]).toContain(reply.status);
      expect(reply.text).not.toContain(doorKey);
    },
  );

  test('an unknown path behind it is named without it', async () => {
    const reply = await ask({ path: prefixed('/v1/nothing') });
    expect(reply.status).toBe(404);
    expect(reply.body).toContain('GET /v1/nothing');
    expect(reply.text).not.toContain(doorKey);
  });

  test('does not make a wrong header right, nor the other way round: one right key is enough', async () => {
    const wrong = 'Authorization: Bearer wrong';
    expect((await ask({ path: prefixed('/v1/models'), lines: [wrong] })).status).toBe(200);
    expect((await ask({ path: '/k/wrong-key/v1/models', lines: [key] })).status).toBe(200);
    expect((await ask({ path: '/k/wrong-key/v1/models', lines: [wrong] })).status).toBe(401);
  });

  test('never stands in a log line, also as a Referer', () => {
    const line = `Referer: http://localhost:4141/k/${doorKey.replace('sk-', '')}/v1/models`;
    expect(createRedactor().redact(line)).toBe(`Referer: http://localhost:4141/k/${redacted}/v1/models`);
  });
});

describe('with a reverse proxy in front', () => {
  test('the wrong keys of one client do not make another one wait', async () => {
    const { createAddressSet } = await import('../src/http/address-set.ts');
    const behind = await startDoor({ trustedProxies: createAddressSet(['127.0.0.1']) });
    const guess = async (client: string, presented: string) => {
      const reply = await fetch(`${behind.url}/v1/models`, {
        headers: { authorization: `Bearer ${presented}`, 'x-forwarded-for': client },
      });
      return reply.status;
    };
    for (let tries = 0; tries < 20; tries += 1) await guess('203.0.113.7', `guess-${tries}`);
    expect(await guess('203.0.113.7', 'guess')).toBe(429);
    // What the client itself put before the proxy's word does not count.
    expect(await guess('198.51.100.1, 203.0.113.7', 'guess')).toBe(429);
    expect(await guess('203.0.113.8', 'guess')).toBe(401);
    expect(await guess('203.0.113.7', doorKey)).toBe(200);
    await behind.close();
  });

  test.each([
    ['box.example', 'https', 'https://box.example', 200],
    ['box.example', 'http', 'https://box.example', 200],
    ['box.example', 'https', 'https://evil.example', 403],
    ['evil.example', 'https', 'https://evil.example', 403],
  ])('its host %s over %s with a page of %s is %d', async (host, proto, origin, status) => {
    const { createAddressSet } = await import('../src/http/address-set.ts');
    const guard = { hosts: ['box.example'], callersHosts: [], literals: 'none', peers: null } as const;
    const behind = await startDoor({ guard, trustedProxies: createAddressSet(['127.0.0.1']) });
    const headers = {
      'x-forwarded-host': host,
      'x-forwarded-proto': proto,
      origin,
      authorization: `Bearer ${doorKey}`,
    };
    expect((await fetch(`${behind.url}/v1/models`, { headers })).status).toBe(status);
    await behind.close();
  });
});

test('without keys any caller of this machine is served, and a page still is not', async () => {
  const keyless = createKeyRegistry({
    defaultKey: { key: doorKey, accountName: 'octo' },
    clock: systemClock,
    requireKey: false,
  });
  const open = await startDoor({ keys: keyless });
  for (const headers of [{}, { authorization: 'Bearer dummy' }, { authorization: `Bearer ${doorKey}` }])
    expect((await fetch(`${open.url}/v1/models`, { headers })).status).toBe(200);
  expect((await fetch(`${open.url}/v1/models`, { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  await open.close();
});
