/** The way to a WebSocket: everything of the door comes before it, and what runs on it ends as it should. */
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../src/base/clock.ts';
import { defaultConfig } from '../src/config/config.ts';
import type { AnswerOutput } from '../src/gateway/answer-output.ts';
import type { Gateway } from '../src/gateway/gateway.ts';
import type { TlsFiles } from '../src/http/listen.ts';
import { createWebSocketDoor } from '../src/http/web-socket-door.ts';
import { createFakeClock } from './support/fake-clock.ts';
import { sendRaw } from './support/raw-client.ts';
import { connectSocket, textOf } from './support/socket-client.ts';
import { doorKey, startDoor, type Door } from './support/start-door.ts';
import { startProxy, testKey, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';
import { testCertificate } from './support/test-certificate.ts';
import { expectQuiet } from './support/use-proxy.ts';

let proxy: StartedProxy;

async function start(options: StartProxyOptions = {}): Promise<StartedProxy> {
  proxy = await startProxy(options);
  return proxy;
}

const portOf = (url: string) => Number(new URL(url).port);
const handshake = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n';
const socketKey = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const long = 'Hello [[sim:long 100000]] [[sim:slow 20]]';

describe('the handshake', () => {
  afterEach(() => proxy.close());

  test.each(['/v1/responses', '/responses', '/v1/v1/responses', `/k/${testKey}/v1/responses`])('%s', async (path) => {
    await start();
    const client = await connectSocket(proxy.url, path.startsWith('/k/') ? '' : proxy.key, {}, path);
    expect(textOf(await client.ask({ model: 'gpt-5.2', store: false, input: 'Hello there' }))).toContain('Hello there');
    client.close();
    await client.closed;
  });

  test.each([
    ['of a web page', { origin: 'http://evil.example' }, 403, 'host_not_allowed'],
    ['to another host', { host: 'evil.example' }, 403, 'host_not_allowed'],
    ['with a wrong key', { authorization: 'Bearer wrong' }, 401, 'invalid_api_key'],
  ])('%s is refused before it', async (_who, headers, status, code) => {
    await start();
    await expect(connectSocket(proxy.url, proxy.key, headers)).rejects.toThrow(new RegExp(`^${status} .*${code}`));
  });

  test('is answered with 426 where WebSocket is off, before any key is asked for', async () => {
    await start({ server: { webSocket: false } });
    await expect(connectSocket(proxy.url, 'wrong')).rejects.toThrow(/^426 .*upgrade_not_supported/);
  });

  test.each([
    ['no key of its own', handshake],
    ['another version', handshake.replace('13', '8') + socketKey],
  ])('that has %s is a 400, and its connection ends', async (_what, lines) => {
    await start();
    const { port } = new URL(proxy.url);
    const head = `GET /v1/responses HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer ${proxy.key}\r\n${lines}\r\n`;
    const reply = await sendRaw(portOf(proxy.url), head, { untilClosed: true });
    expect(reply).toMatchObject({ status: 400, closed: true });
  });

  test('may be followed at once by the first call', async () => {
    await start();
    const host = `Host: 127.0.0.1:${portOf(proxy.url)}\r\nAuthorization: Bearer ${proxy.key}\r\n`;
    const head = Buffer.from(`GET /v1/responses HTTP/1.1\r\n${host}${handshake}${socketKey}\r\n`);
    const call = Buffer.from('{"type":"response.create","model":"gpt-5.2","input":[],"generate":false}');
    // A mask of zeros leaves the text as it is.
    const frame = Buffer.concat([Buffer.from([0x81, 0x80 | call.length, 0, 0, 0, 0]), call]);
    expect(call.length).toBeLessThan(126);
    const reply = await sendRaw(portOf(proxy.url), Buffer.concat([head, frame]), { patienceMs: 500 });
    expect(reply.status).toBe(101);
    expect(reply.text).toContain('"response.completed"');
  });

  test.each([
    ['of another kind', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n'],
    ['to a WebSocket with a body', `${handshake}${socketKey}`],
  ])('an upgrade %s is a request like all others', async (_what, lines) => {
    await start();
    const body = JSON.stringify({ model: 'gpt-5.2', input: 'Hello there' });
    const head = `Host: 127.0.0.1:${portOf(proxy.url)}\r\nAuthorization: Bearer ${proxy.key}\r\nContent-Type: application/json\r\n`;
    const sent = `POST /v1/responses HTTP/1.1\r\n${head}${lines}Content-Length: ${body.length}\r\n\r\n${body}`;
    const reply = await sendRaw(portOf(proxy.url), sent);
    expect(reply.status).toBe(200);
    expect(reply.body).toContain('Hello there');
  });

  test('behind an answer that is still on its way is told to use HTTP', async () => {
    await start();
    const host = `Host: 127.0.0.1:${portOf(proxy.url)}\r\nAuthorization: Bearer ${proxy.key}\r\n`;
    const body = JSON.stringify({ model: 'gpt-5.2', input: 'Hello there' });
    const first = `POST /v1/responses HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const second = `GET /v1/responses HTTP/1.1\r\n${host}${handshake}${socketKey}\r\n`;
    const reply = await sendRaw(portOf(proxy.url), first + second, { untilClosed: true });
    expect(reply.text).toMatch(/^HTTP\/1\.1 200[^]*HTTP\/1\.1 426/);
  });
});

describe('what runs', () => {
  test('is ended by its own last event in a drain, and idle connections at once', async () => {
    await start();
    const [busy, idle] = [await connectSocket(proxy.url, proxy.key), await connectSocket(proxy.url, proxy.key)];
    busy.send({ type: 'response.create', model: 'gpt-5.2', store: false, input: 'Say it. [[sim:slow 20]]' });
    await vi.waitFor(() => expect(proxy.simulator.openStreams).toBe(1), { interval: 5 });
    const closing = proxy.proxy.close();
    expect((await idle.closed)[0]).toBe(1001);
    expect((await busy.answer()).at(-1)?.type).toBe('response.completed');
    expect((await busy.closed)[0]).toBe(1001);
    await closing;
    await proxy.close();
  });

  test('and outlasts the drain is ended as failed, in the protocol', async () => {
    await start({ limits: { drainMs: 50 } });
    const client = await connectSocket(proxy.url, proxy.key);
    client.send({ type: 'response.create', model: 'gpt-5.2', store: false, input: long });
    await vi.waitFor(() => expect(proxy.simulator.openStreams).toBe(1), { interval: 5 });
    const closing = proxy.proxy.close();
    expect((await client.answer()).at(-1)?.type).toMatch(/^(response\.failed|error)$/);
    expect((await client.closed)[0]).toBe(1001);
    await closing;
    await expectQuiet(proxy);
    await proxy.close();
  });

  test('with a key that is revoked meanwhile is refused at the next call', async () => {
    const digest = createHash('sha256').update('cf_second').digest('hex');
    let revokedAt: number | null = null;
    await start({
      findByDigest: (asked) =>
        asked === digest
          ? {
              id: 'second',
              label: 'second',
              accountName: 'octo',
              models: null,
              project: null,
              expiresAt: null,
              revokedAt,
            }
          : undefined,
    });
    const client = await connectSocket(proxy.url, 'cf_second');
    const call = { model: 'gpt-5.2', store: false, input: 'Hello there' };
    expect((await client.ask(call)).at(-1)?.type).toBe('response.completed');
    revokedAt = 1;
    expect(await client.ask(call)).toMatchObject([{ type: 'error', status: 401, error: { code: 'invalid_api_key' } }]);
    client.close();
    await client.closed;
    await proxy.close();
  });
});

describe('the life of a connection', () => {
  const clock = createFakeClock();
  const answerings: (() => void)[] = [];
  const gateway: Gateway = {
    open: 0,
    endAll() {},
    preview: () => Promise.reject(new Error('nothing to look at')),
    estimate: () => Promise.reject(new Error('nothing is estimated here')),
    nextCall: () => undefined,
    progress: () => undefined,
    stop: () => false,
    answer(_request, output) {
      out = output;
      output.writeHead(200, {});
      answerings.push(() => {
        output.write('event: response.completed\ndata: {"type":"response.completed","response":{"id":"r"}}\n\n');
        output.end();
      });
    },
  };
  let door: Door;
  let out: AnswerOutput | undefined;

  async function open(tls?: TlsFiles) {
    const { limits } = defaultConfig;
    const webSocket = createWebSocketDoor({ limits, clock, gateway, newId: () => 'x', draining: () => false });
    door = await startDoor({ gateway, webSocket, clock: systemClock, ...(tls && { tls }) });
    return connectSocket(door.url, doorKey, {}, '/v1/responses', tls?.cert);
  }
  afterEach(() => door.destroy());

  /** Lets pings and pongs through between steps. */
  async function pass(ms: number) {
    for (let passed = 0; passed < ms; passed += 30_000) {
      clock.advance(30_000);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  test('is the same behind TLS', async () => {
    const client = await open(testCertificate(['localhost']));
    expect(door.url).toMatch(/^https:/);
    const events = await client.ask({ model: 'm', input: 'x', generate: false });
    expect(events.map(({ type }) => type)).toEqual(['response.created', 'response.completed']);
  });

  test('ends half an hour after its last call', async () => {
    const client = await open();
    await pass(20 * 60_000);
    await client.ask({ model: 'm', input: 'x', generate: false });
    await pass(20 * 60_000);
    expect(client.raw.readyState).toBe(client.raw.OPEN);
    await pass(11 * 60_000);
    expect(await client.closed).toEqual([1000, 'idle']);
  });

  test('ends after an hour, but not before what runs', async () => {
    const client = await open();
    client.send({ type: 'response.create', model: 'm', input: 'x' });
    await vi.waitFor(() => expect(answerings).toHaveLength(1));
    await pass(61 * 60_000);
    expect(client.raw.readyState).toBe(client.raw.OPEN);
    answerings.shift()?.();
    expect((await client.answer()).at(-1)?.type).toBe('response.completed');
    expect(await client.closed).toEqual([1000, 'connection lifetime']);
  });

  test('of a slow reader tells the sender to wait, and when to go on', async () => {
    const client = await open();
    client.send({ type: 'response.create', model: 'm', input: 'x' });
    await vi.waitFor(() => expect(answerings).toHaveLength(1));
    client.raw.pause();
    const frame = `data: {"type":"response.output_text.delta","delta":"${'x'.repeat(100_000)}"}\n\n`;
    let sent = 0;
    const writes = () => out?.write(frame) ?? false;
    while (sent < 1000 && writes()) sent += 1;
    expect(sent).toBeLessThan(1000);
    const drained = new Promise<void>((resolve) => out?.once('drain', resolve));
    client.raw.resume();
    await drained;
    answerings.shift()?.();
    expect(await client.answer()).toHaveLength(sent + 2);
  });

  test('ends where nobody answers pings', async () => {
    await open();
    const { port } = door;
    const socket = connect({ port, host: '127.0.0.1' });
    const lines = `Host: localhost:${port}\r\nAuthorization: Bearer ${doorKey}\r\n${handshake}${socketKey}`;
    socket.write(`GET /v1/responses HTTP/1.1\r\n${lines}\r\n`);
    const gone = new Promise((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.on('data', () => {});
    await pass(150_000);
    await gone;
  });
});
