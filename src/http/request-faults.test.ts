/** Heads that Node lets pass and we do not, one rule at a time; the same on a socket are rows of the client corpus. */
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { requestFault } from './request-faults.ts';

interface Seen {
  readonly lines?: readonly string[];
  readonly version?: string;
  /** What the parser still holds of the connection. */
  readonly buffer?: string;
}

const host = ['Host', 'localhost'];
const chunked = [...host, 'Transfer-Encoding', 'chunked'];
const head = 'POST /v1/messages HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n';

function faultOf({ lines = host, version = '1.1', buffer }: Seen, maxHeaders = 10) {
  const parser = { getCurrentBuffer: () => (buffer === undefined ? undefined : Buffer.from(buffer, 'latin1')) };
  const request = { rawHeaders: lines, httpVersion: version, method: 'POST', url: '/v1/messages', socket: { parser } };
  return requestFault(request as unknown as IncomingMessage, maxHeaders);
}

test.each<[what: string, seen: Seen]>([
  ['the least', {}],
  ['HTTP/1.0', { version: '1.0' }],
  ['as many lines as allowed', { lines: [...host, ...Array.from({ length: 18 }, () => 'x')] }],
  ['an address and a port', { lines: ['hOST', '[::1]:4141'] }],
  ['a body in chunks', { lines: chunked }],
  ['a body in chunks, spelt otherwise', { lines: [...host, 'TRANSFER-ENCODING', ' Chunked '] }],
  ['the greatest chunk', { lines: chunked, buffer: `${head}ffffffff\r\n` }],
  ['a head whose chunk is not there yet', { lines: chunked, buffer: head }],
  ['a head that has not ended', { lines: chunked, buffer: `${head.trimEnd()}\r\n` }],
  [
    'a chunk behind the body of the request before',
    { lines: chunked, buffer: `GET / HTTP/1.1\r\n\r\nfffffffff\r\n${head}3` },
  ],
  ['a length', { lines: [...host, 'Content-Length', '3'] }],
  ['a wait for our go', { lines: [...host, 'Expect', ' 100-Continue'] }],
  ['an expectation that HTTP/1.0 does not know', { lines: [...host, 'Expect', 'tea'], version: '1.0' }],
])('sound: %s', (_what, seen) => {
  expect(faultOf(seen)).toBeUndefined();
});

test.each<[what: string, status: number, reason: string, seen: Seen]>([
  ['a line too many', 431, 'Too many header lines', { lines: [...host, ...Array.from({ length: 20 }, () => 'x')] }],
  ['another HTTP', 400, 'HTTP/1.1', { version: '0.9' }],
  ['no host', 400, 'missing', { lines: ['x-host', 'localhost'] }],
  ['two hosts', 400, 'More than one', { lines: [...host, 'host', 'localhost'] }],
  ['a host that hides a path', 400, 'not a host', { lines: ['host', 'localhost/x'] }],
  ['a length beside the chunks', 400, 'not supported', { lines: [...chunked, 'content-length', '3'] }],
  ['chunks in HTTP/1.0', 400, 'not supported', { lines: chunked, version: '1.0' }],
  ['a coding around the chunks', 400, 'not supported', { lines: [...host, 'transfer-encoding', 'gzip, chunked'] }],
  ['two lines of codings', 400, 'not supported', { lines: [...chunked, 'transfer-encoding', 'chunked'] }],
  ['a chunk of 4 GB', 400, 'chunk size', { lines: chunked, buffer: `${head}100000000\r\n` }],
  ['another expectation', 417, 'expectation', { lines: [...host, 'expect', 'tea'] }],
])('refused: %s', (_what, status, reason, seen) => {
  expect(faultOf(seen)).toEqual({ status, reason: expect.stringContaining(reason) as string });
});

test('without a view of the buffer nothing is refused for its chunk', () => {
  expect(faultOf({ lines: chunked })).toBeUndefined();
  const request = { rawHeaders: chunked, httpVersion: '1.1', method: 'POST', url: '/', socket: { parser: null } };
  expect(requestFault(request as unknown as IncomingMessage, 10)).toBeUndefined();
});
