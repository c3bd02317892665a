/** Tests of the listener over real connections: order of checks, pages, limiter, drain. */
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { sendRaw } from '../../test/support/raw-client.ts';
import { type Door, doorKey, noLedger, startDoor } from '../../test/support/start-door.ts';

let door: Door;
const models = [
  sampleModel('claude-opus-5.5'),
  sampleModel('org/tuned-1.0', { vendor: 'OpenAI' }),
  sampleModel('switched-off', { policyState: 'disabled' }),
];
const bearer = { authorization: `Bearer ${doorKey}` };

beforeEach(async () => {
  door = await startDoor({
    models: () => Promise.resolve(models),
    own: {
      status: () => ({ version: '1' }),
      exchange: (id, { keyId }) => Promise.resolve(id === 'x-9' ? { id, keyId } : undefined),
      ledger: noLedger,
      standing: () => ({}),
    },
  });
});
afterEach(async () => {
  await door.close();
  await door.untilEmpty();
});

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Response> {
  return fetch(`${door.url}${path}`, { method, headers });
}

function post(path: string, headers: Record<string, string> = {}, body = '{}'): Promise<Response> {
  return fetch(`${door.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

test('hands the gateway the route, the id, the headers, the key and the body as it was before compression', async () => {
  const body = JSON.stringify({ text: 'ä'.repeat(200_000) });
  const reply = await fetch(`${door.url}/messages?beta=true`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json', 'content-encoding': 'gzip', 'anthropic-beta': 'b' },
    body: gzipSync(body),
  });
  expect(await reply.json()).toEqual({ reached: true });
  expect(door.calls).toHaveLength(1);
  expect(door.calls[0]).toMatchObject({
    route: { protocol: 'anthropic-messages', operation: 'generate', path: '/v1/messages' },
    exchangeId: reply.headers.get('x-crossfeed-exchange'),
    caller: { keyId: 'default', accountName: 'octo' },
    headers: { 'anthropic-beta': 'b' },
  });
  expect(door.calls[0]?.body.toString()).toBe(body);
});

test('a body that cannot be decompressed is the fault of the request', async () => {
  const reply = await post('/v1/chat/completions', { ...bearer, 'content-encoding': 'gzip' }, 'no gzip');
  expect([reply.status, reply.headers.get('x-crossfeed-exchange')]).toEqual([400, 'x-1']);
  expect(await reply.json()).toMatchObject({ error: { type: 'invalid_request_error' } });
  expect(door.calls).toEqual([]);
});

describe('health', () => {
  test.each(['/', '/healthz', '/readyz', '/api/hello'])('%s needs no key', async (path) => {
    for (const method of ['GET', 'HEAD']) expect((await get(path, {}, method)).status).toBe(200);
    const posted = await post(path);
    expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });

  test('/readyz says why not, and /healthz stays well', async () => {
    await door.close();
    door = await startDoor({ ready: () => ({ ready: false, reason: 'no GitHub token' }) });
    const reply = await get('/readyz');
    expect([reply.status, await reply.json()]).toEqual([503, { ready: false, reason: 'no GitHub token' }]);
    expect((await get('/healthz')).status).toBe(200);
  });
});

describe('models', () => {
  test('are listed in the shape of OpenAI', async () => {
    for (const path of ['/v1/models', '/models', '/v1/v1/models'])
      expect(await (await get(path, bearer)).json()).toMatchObject({
        object: 'list',
        data: [
          { id: 'claude-opus-5.5', object: 'model', created: 0, owned_by: 'Anthropic' },
          { id: 'org/tuned-1.0', object: 'model', created: 0, owned_by: 'OpenAI' },
        ],
      });
  });

  test.each([
    ['/v1/models', { 'x-api-key': doorKey }],
    ['/v1/models', { ...bearer, 'anthropic-version': '2023-06-01' }],
    ['/v1/models?limit=1000', bearer],
    ['/v1/models?after_id=claude-opus-5.5', bearer],
  ])('%s with %o is in the shape of Anthropic', async (path, headers) => {
    const last_id = 'claude-org/tuned-1.0';
    expect(await (await get(path, headers)).json()).toMatchObject({ has_more: false, last_id });
  });

  test.each([
    ['/v1/models/claude-opus-5.5', 'claude-opus-5.5'],
    ['/models/claude-opus-5-5', 'claude-opus-5.5'],
    ['/v1/models/org/tuned-1.0', 'org/tuned-1.0'],
    ['/v1/models/org%2Ftuned-1-0', 'org/tuned-1.0'],
  ])('%s is %s', async (path, id) => {
    expect(await (await get(path, bearer)).json()).toMatchObject({ id, object: 'model' });
    expect(await (await get(path, { 'x-api-key': doorKey })).json()).toMatchObject({ id, type: 'model' });
  });

  test.each(['nothing', 'switched-off', '%0a%1b[2J', 'a'.repeat(5_000)])('%s is not found', async (id) => {
    const reply = await get(`/v1/models/${id}`, bearer);
    const text = await reply.text();
    expect([reply.status, text.length < 400]).toEqual([404, true]);
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'model_not_found' } });
  });

  test('a catalogue that fails is told in the shape of the caller, without the cause', async () => {
    await door.close();
    door = await startDoor({ models: () => Promise.reject(new Error('secret')) });
    const reply = await get('/v1/models', { 'x-api-key': doorKey });
    expect(reply.status).toBe(500);
    const text = await reply.text();
    expect(text).not.toContain('secret');
    expect(JSON.parse(text)).toMatchObject({ type: 'error', error: { type: 'api_error' } });
  });
});

describe('what a key may ask about itself', () => {
  test('its status and its exchanges', async () => {
    expect(await (await get('/crossfeed/v1/status', bearer)).json()).toEqual({ version: '1' });
    expect(await (await get('/crossfeed/v1/exchanges/x-9', bearer)).json()).toEqual({ id: 'x-9', keyId: 'default' });
    expect((await get('/crossfeed/v1/exchanges/x-8', bearer)).status).toBe(404);
  });

  test.each(['/crossfeed/v1/status', '/crossfeed/v1/exchanges/x-9', '/v1/models', '/v1/nothing', '/metrics', '/usage'])(
    '%s says nothing without a key',
    async (path) => expect((await get(path)).status).toBe(401),
  );

  test.each(['/token', '/ui/api/keys'])('%s does not exist, with or without a key', async (path) => {
    for (const headers of [{}, bearer]) expect((await get(path, headers)).status).toBe(404);
  });
});

test('B-045 the refusal says how to get the right key', async () => {
  const body = (await (await post('/v1/messages')).json()) as { error: { message: string } };
  expect(body.error.message).toContain('crossfeed keys show');
});

test('B-062 many wrong keys have to wait, the right one never does', async () => {
  const statuses: number[] = [];
  for (let tries = 0; tries < 22; tries += 1)
    statuses.push((await post('/v1/chat/completions', { authorization: `Bearer guess-${tries}` })).status);
  expect(statuses.slice(0, 20).every((status) => status === 401)).toBe(true);
  expect(statuses.slice(20)).toEqual([429, 429]);
  const refused = await get('/v1/models', { 'x-api-key': 'guess' });
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await post('/v1/chat/completions', bearer)).status).toBe(200);
  expect((await get('/v1/models')).status).toBe(401);
});

test('B-051 a key in the query opens Gemini paths', async () => {
  expect((await post(`/v1beta/models/m:generateContent?key=${doorKey}`)).status).toBe(200);
  expect((await post('/v1beta/models/m:generateContent?key=wrong')).status).toBe(401);
});

test.each(['/v1/responses', '/responses', '/v1/v1/responses'])(
  'an upgrade on %s is 426 before any key',
  async (path) => {
    const request = `GET ${path}?x=1 HTTP/1.1\r\nHost: localhost:${door.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    const reply = await sendRaw(door.port, request, { untilClosed: true });
    expect(reply).toMatchObject({ status: 426, closed: true });
    expect(reply.headers).toMatchObject({ upgrade: 'HTTP/1.1', connection: 'upgrade, close' });
    expect(JSON.parse(reply.body)).toMatchObject({ error: { code: 'upgrade_not_supported', param: null } });
  },
);

test('a key that somebody put into the path is not repeated', async () => {
  const reply = await sendRaw(
    door.port,
    `GET /k/${doorKey}/v1/nowhere HTTP/1.1\r\nHost: localhost:${door.port}\r\n\r\n`,
  );
  expect(reply.status).toBe(404);
  expect(reply.text).toContain('/v1/nowhere');
  expect(reply.text).not.toContain(doorKey);
});

test('an upgrade elsewhere, or by a foreign page, is no 426', async () => {
  const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
  const host = `Host: localhost:${door.port}\r\n`;
  const key = `Authorization: Bearer ${doorKey}\r\n`;
  const elsewhere = await sendRaw(door.port, `GET /v1/other HTTP/1.1\r\n${host}${key}${upgrade}\r\n`);
  const foreign = await sendRaw(
    door.port,
    `GET /v1/responses HTTP/1.1\r\n${host}Origin: http://evil.example\r\n${upgrade}\r\n`,
  );
  expect([elsewhere.status, foreign.status]).toEqual([404, 403]);
});

test('B-121 while draining every new request is refused and its connection closed', async () => {
  door.draining = true;
  const host = `Host: localhost:${door.port}\r\nAuthorization: Bearer ${doorKey}\r\n`;
  const chat = await sendRaw(door.port, `POST /v1/chat/completions HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`, {
    untilClosed: true,
  });
  expect(chat).toMatchObject({ status: 503, closed: true });
  expect(chat.headers).toMatchObject({ connection: 'close', 'retry-after': '2' });
  expect(JSON.parse(chat.body)).toMatchObject({ error: { type: 'server_error', code: 'overloaded' } });
  const messages = await sendRaw(door.port, `POST /v1/messages HTTP/1.1\r\n${host}Content-Length: 0\r\n\r\n`, {
    untilClosed: true,
  });
  expect(messages.status).toBe(529);
  expect(JSON.parse(messages.body)).toMatchObject({ error: { type: 'overloaded_error' } });
  expect((await get('/healthz')).status).toBe(200);
  expect(await (await get('/readyz')).json()).toEqual({ ready: false, reason: 'draining' });
});

test('a refused request with a small body leaves its connection usable', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const ask = (headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; reused: boolean }>((resolve, reject) => {
      const options = { agent, method: 'POST', headers: { 'content-type': 'application/json', ...headers } };
      const request = http.request(`${door.url}/v1/messages`, options, (response) => {
        response.resume().on('end', () => resolve({ status: response.statusCode, reused: request.reusedSocket }));
      });
      request.on('error', reject).end('{}'.padEnd(10_000));
    });
  expect(await ask({})).toEqual({ status: 401, reused: false });
  expect(await ask(bearer)).toEqual({ status: 200, reused: true });
  agent.destroy();
});

test.each([
  ['usage', 200],
  ['usage?by=day&since=2026-11-01', 200],
  ['usage?by=session&session=0123456789abcdef', 200],
  ['usage?by=colour', 400],
  ['usage?since=yesterday', 400],
  ['usage?session=%25', 400],
  ['sessions?limit=5', 200],
  ['sessions?limit=0', 400],
])('a key asks for what it spent: %s is %d', async (path, status) => {
  const reply = await get(`/crossfeed/v1/${path}`, bearer);
  expect(reply.status).toBe(status);
  expect((await get(`/crossfeed/v1/${path}`)).status).toBe(401);
});
