/** Faults of the wire, each written byte by byte by a server made for it. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
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
import type { Answer } from '../../../test/support/upstream-rig.ts';

const event = 'data: {"x":"ä"}\n\n';
const good: Answer = (socket) => {
  beginStream(socket);
  writeChunk(socket, event);
  endStream(socket);
};

test('streams an answer as its bytes come', async () => {
  const server = await startRawServer((socket) => {
    beginStream(socket, 'x-github-request-id: AB\r\nset-cookie: secret=1\r\nx-quota-snapshot-chat: ent=1\r\n');
    writeChunk(socket, event);
  });
  const upstream = startUpstream(server);
  const heard = await send(upstream, {
    onData(text) {
      expect(text).toBe(event);
      for (const socket of server.open) endStream(socket);
    },
  });
  expect(heard.order).toEqual(['head', 'data', 'end']);
  expect(heard.head).toEqual({
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'x-github-request-id': 'AB', 'x-quota-snapshot-chat': 'ent=1' },
  });
});

test('sends exactly the headers that the upstream needs', async () => {
  const server = await startRawServer(good);
  const upstream = startUpstream(server);
  await send(upstream, { headers: { 'anthropic-beta': 'b', authorization: 'stolen', host: 'evil' } });
  await send(upstream, { stream: false, hasImages: true, initiator: 'agent', path: '/embeddings' });
  const [first, second] = server.requests;
  expect(first?.names.join(' ')).toBe(
    'host connection authorization user-agent editor-version editor-plugin-version copilot-integration-id ' +
      'x-github-api-version accept-encoding accept openai-intent x-request-id content-type x-initiator ' +
      'anthropic-beta content-length',
  );
  expect(first?.headers).toMatchObject({
    authorization: 'Bearer gho_direct0000',
    host: `127.0.0.1:${server.port}`,
    accept: 'text/event-stream',
    'openai-intent': 'conversation-agent',
    'x-initiator': 'user',
    'x-request-id': 'exchange-1',
    'anthropic-beta': 'b',
  });
  expect(second?.headers).toMatchObject({
    accept: 'application/json',
    'openai-intent': 'copilot-panel',
    'x-initiator': 'agent',
    'copilot-vision-request': 'true',
  });
  expect(first?.body).toBe('{"model":"m"}');
});

test('a header that could break out of its line is refused before anything is sent', async () => {
  const server = await startRawServer(good);
  const heard = await send(startUpstream(server), { headers: { 'anthropic-beta': 'a\r\nx-evil: 1' } });
  expect(heard.error).toMatchObject({ code: 'invalid_request', param: 'anthropic-beta' });
  expect(server.requests).toHaveLength(0);
});

test.each([
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
  ['zstd', zstdCompressSync],
] as const)('decodes %s that nobody asked for', async (coding, compress) => {
  const body = compress(Buffer.from(event.repeat(50)));
  const server = await startRawServer((socket) => reply(socket, 200, body, { 'content-encoding': coding }));
  const heard = await send(startUpstream(server));
  expect(heard.text).toBe(event.repeat(50));
  expect(heard.order).toEqual(['head', 'data', 'end']);
});

test('a compressed stream is flushed at every event', async () => {
  const { createGzip, constants } = await import('node:zlib');
  const gzip = createGzip();
  const server = await startRawServer((socket) => {
    beginStream(socket, 'content-encoding: gzip\r\n');
    gzip.on('data', (chunk: Buffer) => writeChunk(socket, chunk));
    gzip.write(event);
    gzip.flush(constants.Z_SYNC_FLUSH);
  });
  const seen: string[] = [];
  const heard = await send(startUpstream(server), {
    onData(text) {
      seen.push(text);
      // Only after the event has arrived does the server end: nothing waits for the end to be decoded.
      if (seen.length === 1) {
        gzip.on('end', () => server.open.forEach((socket) => endStream(socket)));
        gzip.end();
      }
    },
  });
  expect(seen[0]).toBe(event);
  expect(heard.error).toBeNull();
});

test.each([
  ['an unknown coding', { 'content-encoding': 'exotic' }, ''],
  ['a chain of codings', { 'content-encoding': 'gzip, gzip' }, ''],
  ['bytes that are not of the coding', { 'content-encoding': 'gzip' }, 'plain text'],
])('%s is no answer', async (_name, headers, body) => {
  const server = await startRawServer((socket) => reply(socket, 200, body, headers));
  const heard = await send(startUpstream(server));
  expect(heard.error?.code).toBe('upstream_invalid_response');
  expect(server.requests).toHaveLength(1);
});

test.each([
  ['read whole', false],
  ['streamed', true],
])('a gzip bomb, %s, ends early', async (_name, stream) => {
  const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
  const server = await startRawServer((socket) => reply(socket, 200, bomb, { 'content-encoding': 'gzip' }));
  const heard = await send(startUpstream(server, { limits: { maxAnswerBytes: 1024 * 1024 } }), { stream });
  expect(heard.error?.code).toBe('upstream_invalid_response');
  expect(heard.text.length).toBeLessThan(24 * 1024 * 1024);
});

test('an answer read whole is bound though it is not compressed', async () => {
  const server = await startRawServer((socket) => reply(socket, 200, 'x'.repeat(3000)));
  const heard = await send(startUpstream(server, { limits: { maxAnswerBytes: 1000 } }), { stream: false });
  expect(heard.error?.code).toBe('upstream_invalid_response');
});

test.each<[string, Answer, string]>([
  ['204', (socket) => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), 'upstream_invalid_response'],
  ['302 to itself', (socket, { path }) => reply(socket, 302, '', { location: path }), 'not_an_api_response'],
  ['307 elsewhere', (socket) => reply(socket, 307, '', { location: 'http://127.0.0.1:1/' }), 'not_an_api_response'],
  [
    'a web page',
    (socket) => reply(socket, 200, '<html>', { 'content-type': 'text/html; charset=utf-8' }),
    'not_an_api_response',
  ],
  [
    'a web page that lies',
    (socket) => reply(socket, 200, '\n <!DOCTYPE html><p>', { 'content-type': 'text/plain' }),
    'not_an_api_response',
  ],
  ['no HTTP at all', (socket) => socket.end('SSH-2.0-x\r\n'), 'upstream_invalid_response'],
  [
    'a head of 300 kB',
    (socket) => reply(socket, 200, '{}', { 'x-long': 'x'.repeat(300_000) }),
    'upstream_invalid_response',
  ],
  ['a reset before the head', (socket) => socket.resetAndDestroy(), 'empty_response'],
  ['a close before the head', (socket) => socket.destroy(), 'empty_response'],
])('%s is a bad gateway, asked once', async (_name, answer, code) => {
  const server = await startRawServer(answer);
  const heard = await send(startUpstream(server));
  expect(heard.error?.code).toBe(code);
  expect(heard.order).toEqual(['failure']);
  expect(server.requests).toHaveLength(1);
});

test.each<[string, Answer]>([
  [
    'a reset',
    (socket) => {
      beginStream(socket);
      writeChunk(socket, event);
      setTimeout(() => socket.resetAndDestroy(), 20);
    },
  ],
  [
    'a FIN without the last chunk',
    (socket) => {
      beginStream(socket);
      writeChunk(socket, event);
      socket.end();
    },
  ],
  [
    'a body shorter than its length',
    (socket) => {
      reply(socket, 200, event, { 'content-length': '9999', 'content-type': 'text/event-stream' });
      socket.end();
    },
  ],
])('%s in mid-stream breaks the answer off', async (_name, answer) => {
  const server = await startRawServer(answer);
  const heard = await send(startUpstream(server));
  expect(heard.order).toEqual(['head', 'data', 'failure']);
  expect(heard.error?.code).toBe('upstream_truncated');
  expect(server.requests).toHaveLength(1);
});

test('interim heads are passed over', async () => {
  const server = await startRawServer((socket) => {
    socket.write('HTTP/1.1 100 Continue\r\n\r\n');
    socket.write('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n');
    setTimeout(() => {
      socket.write(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: 21\r\n\r\n',
      );
      socket.write('HTTP/1.1 100 Continue');
    }, 20);
  });
  const heard = await send(startUpstream(server));
  expect(heard.error).toBeNull();
  // The same bytes in a body are only bytes.
  expect(heard.text).toBe('HTTP/1.1 100 Continue');
});

test.each([
  ['no type', {}],
  ['text/plain', { 'content-type': 'text/plain' }],
])('an event stream with %s is sniffed', async (_name, headers) => {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const server = await startRawServer((socket) =>
    socket.write(`HTTP/1.1 200 OK\r\n${lines.join('')}content-length: ${Buffer.byteLength(event)}\r\n\r\n${event}`),
  );
  const heard = await send(startUpstream(server));
  expect(heard).toMatchObject({ text: event, error: null, order: ['head', 'data', 'end'] });
});

test('an empty answer is told as it is', async () => {
  const server = await startRawServer((socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  expect((await send(startUpstream(server))).order).toEqual(['head', 'end']);
});

test('no head in time: the call is given up and its socket closed', async () => {
  const server = await startRawServer(() => undefined);
  const upstream = startUpstream(server, { limits: { upstreamHeadMs: 50 } });
  const heard = await send(upstream);
  expect(heard.error?.code).toBe('upstream_timeout');
  await expect.poll(() => server.open.size).toBe(0);
  expect(server.requests).toHaveLength(1);
});

test('a caller who leaves ends the upstream at once, waiting or streaming', async () => {
  const server = await startRawServer((socket, { path }) => {
    if (path !== '/responses') beginStream(socket);
    if (path !== '/responses') writeChunk(socket, event);
  });
  const upstream = startUpstream(server);
  for (const path of ['/responses', '/chat/completions'] as const) {
    const controller = new AbortController();
    const heard = send(upstream, { path, signal: controller.signal, onData: () => controller.abort() });
    if (path === '/responses') {
      await expect.poll(() => server.requests.length).toBe(1);
      controller.abort();
    }
    expect((await heard).error?.code).toBe('canceled');
    expect((await heard).order.at(-1)).toBe('failure');
    await expect.poll(() => server.open.size).toBe(0);
  }
  const gone = new AbortController();
  gone.abort();
  expect((await send(upstream, { signal: gone.signal })).order).toEqual(['failure']);
  expect(server.requests).toHaveLength(2);
});

test('a slow reader holds the upstream back, and loses nothing', async () => {
  const megabyte = 'x'.repeat(1024 * 1024);
  let written = 0;
  const server = await startRawServer((socket) => {
    beginStream(socket);
    const pump = (): void => {
      while (written < 64) {
        written += 1;
        const bytes = `${megabyte.length.toString(16)}\r\n${megabyte}\r\n`;
        if (!socket.write(bytes)) return void socket.once('drain', pump);
      }
      endStream(socket);
    };
    pump();
  });
  let bytes = 0;
  const heard = await send(startUpstream(server), {
    onHead(flow) {
      flow.pause();
      setTimeout(() => {
        // The sockets' own buffers take some; most has not left the server.
        expect(written).toBeLessThan(32);
        expect(bytes).toBeLessThan(4 * 1024 * 1024);
        flow.resume();
      }, 150);
    },
    onData: (text) => void (bytes += text.length),
  });
  expect(heard.error).toBeNull();
  expect(bytes).toBe(64 * 1024 * 1024);
});

test('close ends running calls and refuses later ones', async () => {
  const server = await startRawServer((socket) => beginStream(socket));
  const upstream = startUpstream(server);
  const running = send(upstream);
  await expect.poll(() => server.requests.length).toBe(1);
  await upstream.close();
  expect((await running).error?.code).toBe('draining');
  expect((await send(upstream)).error?.code).toBe('draining');
  expect(upstream.status().ready).toBe(false);
  await expect.poll(() => server.open.size).toBe(0);
});

test('a compressed answer that ends too early is broken off', async () => {
  const body = gzipSync(event.repeat(100));
  const server = await startRawServer((socket) =>
    reply(socket, 200, body.subarray(0, body.length - 9), { 'content-encoding': 'gzip' }),
  );
  expect((await send(startUpstream(server))).error?.code).toBe('upstream_truncated');
});
