/** HTTPS at the door: the same routes, limits and guard behind a handshake. */
import type { ServerResponse } from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { doorKey, startDoor, type Door } from '../../test/support/start-door.ts';
import { testCertificate } from '../../test/support/test-certificate.ts';
import { certificateNames } from './certificate-names.ts';

const files = testCertificate(['box.example', 'Other.Example', '*.wild.example']);
const guard = { hosts: certificateNames(files.cert), callersHosts: [], literals: 'none', peers: null } as const;
let door: Door;

beforeEach(async () => {
  door = await startDoor({ tls: files, guard, limits: { requestHeadMs: 400 } });
});
afterEach(async () => {
  door.destroy();
  await door.close();
});

interface Reply {
  readonly status: number | undefined;
  readonly body: string;
}

function ask(headers: Record<string, string>, method = 'POST'): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const request = https.request(
      {
        host: '127.0.0.1',
        port: door.port,
        path: '/v1/chat/completions',
        method,
        ca: files.cert,
        servername: 'box.example',
        headers: { 'content-type': 'application/json', ...headers },
        agent: false,
      },
      (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    request.on('error', reject).end('{}');
  });
}

const bearer = { authorization: `Bearer ${doorKey}` };

test('a call with a key is answered', async () => {
  expect(await ask(bearer)).toEqual({ status: 200, body: '{"reached":true}' });
  expect(door.calls).toHaveLength(1);
});

test.each([
  ['box.example', 200],
  ['other.example', 200],
  ['localhost', 403],
  ['any.wild.example', 403],
  ['evil.example', 403],
])('Host %s is %d: a name of the certificate is ours, a wildcard is none', async (host, status) => {
  expect((await ask({ ...bearer, host })).status).toBe(status);
});

test.each([
  ['https', 200],
  ['http', 403],
])('a page of %s://localhost with our port is %d', async (scheme, status) => {
  expect((await ask({ ...bearer, origin: `${scheme}://localhost:${door.port}` })).status).toBe(status);
});

test('a wrong key is 401', async () => {
  expect((await ask({ authorization: 'Bearer wrong' })).status).toBe(401);
});

test('plain HTTP on the TLS port reaches nobody, and the door stays open', async () => {
  const text = await new Promise<string>((resolve) => {
    let heard = '';
    const socket = net.connect(door.port, '127.0.0.1', () =>
      socket.write(
        `POST /v1/chat/completions HTTP/1.1\r\nHost: box.example\r\nAuthorization: Bearer ${doorKey}\r\n\r\n`,
      ),
    );
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
  expect(text).not.toContain('reached');
  expect(door.calls).toEqual([]);
  expect((await ask(bearer)).status).toBe(200);
});

test('old versions of TLS are refused', async () => {
  const code = await new Promise<string | undefined>((resolve) => {
    const socket = tls.connect({
      port: door.port,
      host: '127.0.0.1',
      ca: files.cert,
      servername: 'box.example',
      minVersion: 'TLSv1.1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    });
    socket.on('secureConnect', () => resolve('connected'));
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  expect(code).toMatch(/^ERR_SSL|^ECONNRESET/);
});

/** Sends bytes behind the handshake and reads until the server closes. */
function sendSecured(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = tls.connect({ port: door.port, host: '127.0.0.1', ca: files.cert, servername: 'box.example' });
    socket.on('secureConnect', () => socket.write(bytes));
    socket.on('data', (chunk) => (heard += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(heard));
  });
}

const head = 'POST /v1/chat/completions HTTP/1.1\r\nHost: box.example\r\nContent-Type: application/json\r\n';

test.each([
  ['B-003 two Hosts', `${head}Host: other.example\r\n\r\n`, 400],
  ['B-014 two lengths', `${head}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['B-019 a chunk of a terabyte', `${head}Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n`, 400],
  ['B-020 a header of 20 kB', `${head}X-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ['B-027 a method that is none', 'BREW / HTTP/1.1\r\nHost: box.example\r\n\r\n', 400],
  ['B-037 a head that never ends', 'GET / HTTP/1.1\r\nHost: box', 408],
])('%s is told as without TLS, and the connection ends', async (_row, bytes, status) => {
  expect(await sendSecured(bytes)).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(door.calls).toEqual([]);
});

test('a client that never shakes hands is let go', async () => {
  const socket = net.connect(door.port, '127.0.0.1');
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.on('close', resolve));
  await door.untilEmpty();
});

test('the drain waits for the answer of a secured connection', async () => {
  const reached = Promise.withResolvers<ServerResponse>();
  const gateway = {
    open: 0,
    endAll: () => {},
    preview: () => Promise.reject(new Error('not asked')),
    estimate: () => Promise.reject(new Error('not asked')),
    nextCall: () => undefined,
    progress: () => undefined,
    stop: () => false,
    answer: (_request: unknown, response: ServerResponse) => reached.resolve(response),
  };
  await door.close();
  door = await startDoor({ tls: files, guard, gateway });
  const answered = ask(bearer);
  const response = await reached.promise;
  const closed = door.close();
  // A turn of the check that drops idle connections.
  await new Promise((resolve) => setTimeout(resolve, 100));
  response.end('late');
  expect(await answered).toEqual({ status: 200, body: 'late' });
  await closed;
});

test('what is no certificate throws', () => {
  expect(() => certificateNames('nonsense')).toThrow(/PEM|no start line/i);
});
