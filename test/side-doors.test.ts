/** Hostile peers at every door of a proxy, not only at the first: what hangs at one is let go, and no other notices. */
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startProxy, testKey, type StartedProxy } from './support/start-proxy.ts';
import { testCertificate } from './support/test-certificate.ts';

const files = testCertificate(['localhost']);
const limits = { requestHeadMs: 300, requestBodyMs: 300, clientWriteMs: 300, drainMs: 5000 };

let started: StartedProxy | undefined;
const opened = new Set<net.Socket>();

afterEach(async () => {
  for (const socket of opened) socket.destroy();
  opened.clear();
  await started?.close();
  started = undefined;
});

async function start(secured: boolean, more: { readonly maxConnections?: number } = {}) {
  started = await startProxy({
    limits: { ...limits, ...more },
    server: { ollama: { port: 0, requireKey: false }, ...(secured && { tlsCert: 'cert.pem', tlsKey: 'key.pem' }) },
    metrics: { port: 0 },
    ...(secured && { tls: files }),
  });
  const { url, ollamaUrl, metricsUrl } = started.proxy.status();
  return [url, ollamaUrl, metricsUrl].map((one) => new URL(one ?? ''));
}

/** The status of a request of its own connection. */
function ask(door: URL): Promise<number | undefined> {
  const { request } = door.protocol === 'https:' ? https : http;
  return new Promise((resolve, reject) => {
    const path = door.pathname === '/' ? '/healthz' : door.pathname;
    const options = { host: '127.0.0.1', port: door.port, path, agent: false, ca: files.cert, servername: 'localhost' };
    const asked = request(options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode));
    });
    asked.on('error', reject).end();
  });
}

/** Half a greeting of TLS: the head of a record of 512 bytes, and the first of them. */
const halfHello = Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 7, 7, 7]);
const postHead = `POST /api/chat HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${testKey}\r\nContent-Type: application/json\r\n`;
const attacks: Readonly<Record<string, string | Buffer>> = {
  'say nothing': '',
  'send half a head': 'GET /healthz HTTP/1.1\r\nHost: local',
  'send half a body': `${postHead}Content-Length: 100\r\n\r\n{"model":`,
  'send a chunk of nothing': `${postHead}Transfer-Encoding: chunked\r\n\r\n`,
  'send rubbish': Buffer.from(Array.from({ length: 300 }, (_, at) => (at * 37) % 256)),
  'send half a greeting of TLS': halfHello,
};

function attack(door: URL, bytes: string | Buffer, reads = true): { readonly closed: Promise<unknown> } {
  const socket = net.connect(Number(door.port), '127.0.0.1');
  opened.add(socket);
  socket.on('error', () => undefined);
  if (bytes.length > 0) socket.write(bytes);
  if (reads) socket.resume();
  return { closed: new Promise((resolve) => socket.on('close', resolve)) };
}

describe.each([
  ['plain', false],
  ['TLS', true],
])('beside a first door of %s', (_what, secured) => {
  test.each(Object.entries(attacks))(
    'peers that %s are let go, and every door answers meanwhile',
    async (_name, bytes) => {
      const doors = await start(secured);
      const all = doors.flatMap((door) => Array.from({ length: 15 }, () => attack(door, bytes)));
      for (const door of doors) expect(await ask(door)).toBe(200);
      await Promise.all(all.map(({ closed }) => closed));
      for (const door of doors) expect(await ask(door)).toBe(200);
    },
  );

  test('peers that never read what they asked for are let go', async () => {
    const doors = await start(secured);
    // The handshake is read by Node itself: behind it the doors are one.
    const plain = doors.filter(({ protocol }) => protocol === 'http:');
    const all = plain.map((door) => {
      const path = door.pathname === '/' ? '/v1/models' : door.pathname;
      const asked = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${testKey}\r\n\r\n`;
      // More than the system takes for both ends: some of it is still being written when the end comes, which shows it.
      return attack(door, asked.repeat(40_000), false);
    });
    await Promise.all(all.map(({ closed }) => closed));
    for (const door of doors) expect(await ask(door)).toBe(200);
  });

  test.each(['say nothing', 'send half a head', 'send half a greeting of TLS'])(
    'a drain does not wait for peers that %s',
    async (name) => {
      const doors = await start(secured);
      const all = doors.flatMap((door) => Array.from({ length: 3 }, () => attack(door, attacks[name] ?? '')));
      for (const door of doors) expect(await ask(door)).toBe(200);
      await started?.proxy.close();
      await Promise.all(all.map(({ closed }) => closed));
    },
  );
});

test('what is too much for the data port counts with that of Ollama, and figures are told all the same', async () => {
  const [main, ollama, metrics] = await start(false, { maxConnections: 20 });
  if (!main || !ollama || !metrics) throw new Error('three doors');
  for (let at = 0; at < 10; at += 1) attack(main, 'GET / HTTP/1.1\r\n');
  for (let at = 0; at < 10; at += 1) attack(ollama, 'GET / HTTP/1.1\r\n');
  await vi.waitFor(async () => {
    await expect(ask(ollama)).rejects.toThrow(/hang up|ECONNRESET/);
    await expect(ask(main)).rejects.toThrow(/hang up|ECONNRESET/);
  });
  expect(await ask(metrics)).toBe(200);
  for (const socket of opened) socket.destroy();
  await vi.waitFor(async () => expect(await ask(ollama)).toBe(200));
});
