/** Statuses, types and codings of an answer (U-061 to U-095). */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { coded, error, goodText, stream, typed, type UpstreamRow } from './upstream-row.ts';

const bomb = gzipSync(Buffer.concat([Buffer.from('data: '), Buffer.alloc(16e6, 'a')]));

export const httpRows: readonly UpstreamRow[] = [
  { id: 'U-061', code: 'empty_response', name: 'empty 200 stream', answers: () => stream(''), wanted: 'P502' },
  {
    id: 'U-062',
    code: 'not_an_api_response',
    name: '200 text/html',
    answers: () => error('<!DOCTYPE html><html>Welcome to the hotel</html>', 200, 'text/html'),
    wanted: 'P502',
  },
  {
    id: 'U-062',
    code: 'not_an_api_response',
    name: 'html without saying so',
    answers: () => stream('<html>Welcome to the hotel</html>', { headers: [] }),
    wanted: 'P502',
  },
  {
    id: 'U-063',
    says: /the backend broke/,
    name: '200 JSON error body',
    answers: () => error({ error: { message: 'the backend broke', code: 'server_error' } }, 200),
    wanted: 'P502',
  },
  {
    id: 'U-065',
    name: '200 SSE, non-stream asked',
    answers: (good) => stream(goodText(good)),
    wanted: 'OK',
    only: 'whole',
  },
  {
    id: 'U-066',
    name: 'SSE labelled text/plain',
    answers: (good) => typed(good, 'content-type: text/plain'),
    wanted: 'OK',
  },
  { id: 'U-067', name: 'no Content-Type', answers: (good) => typed(good), wanted: 'OK' },
  { id: 'U-068', name: 'gzip SSE', answers: (good) => coded(good, 'gzip', gzipSync), wanted: 'OK' },
  { id: 'U-068', name: 'br SSE', answers: (good) => coded(good, 'br', brotliCompressSync), wanted: 'OK' },
  { id: 'U-068', name: 'deflate SSE', answers: (good) => coded(good, 'deflate', deflateSync), wanted: 'OK' },
  {
    id: 'U-071',
    code: 'invalid_response',
    name: 'chain of codings',
    answers: (good) =>
      typed(
        good,
        'content-type: text/event-stream',
        `content-encoding: ${Array.from({ length: 100 }, () => 'gzip').join(', ')}`,
      ),
    wanted: 'P502',
  },
  {
    id: 'U-072',
    code: 'invalid_response',
    name: 'unknown coding',
    answers: (good) => typed(good, 'content-type: text/event-stream', 'content-encoding: snappy'),
    wanted: 'P502',
  },
  {
    id: 'U-073',
    code: 'invalid_response',
    name: '204',
    answers: () => ({ status: 204, headers: [], chunks: [], framing: 'length' }),
    wanted: 'P502',
  },
  {
    id: 'U-074',
    name: '103 before 200',
    answers: (good) => stream(goodText(good), { before: 'HTTP/1.1 103 Early Hints\r\nlink: <x>\r\n\r\n' }),
    wanted: 'OK',
  },
  {
    id: 'U-076',
    code: 'invalid_response',
    name: '302',
    answers: () => error('', 302, 'text/plain', ['location: /elsewhere']),
    wanted: 'P502',
  },
  {
    id: 'U-077',
    code: 'invalid_response',
    name: '307 to another origin',
    answers: () => error('', 307, 'text/plain', ['location: http://127.0.0.1:9/v1']),
    wanted: 'P502',
  },
  {
    id: 'U-078',
    code: 'invalid_response',
    name: '300 kB header',
    answers: (good) => typed(good, 'content-type: text/event-stream', `x-big: ${'a'.repeat(300_000)}`),
    wanted: 'P502',
  },
  {
    id: 'U-079',
    name: '400',
    says: /^temperature: too hot$/,
    answers: () => error({ error: { message: 'temperature: too hot', code: 'invalid_request_body' } }, 400),
    wanted: 400,
  },
  {
    id: 'U-080',
    name: '400 model not supported',
    answers: () =>
      error(
        { error: { message: 'The requested model is not supported.', code: 'model_not_supported', param: 'model' } },
        400,
      ),
    wanted: 404,
  },
  {
    id: 'U-081',
    name: '401 once, then 200',
    answers: (good) => [
      error('IDE token expired: unauthorized: token expired', 401, 'text/plain'),
      typed(good, 'content-type: text/event-stream'),
    ],
    wanted: 'OK',
    calls: 2,
  },
  {
    id: 'U-082',
    name: '401 twice',
    code: 'upstream_sign_in_required',
    answers: () => error('unauthorized', 401, 'text/plain'),
    wanted: (wire) => (wire === 'messages' ? 403 : 400),
    calls: 2,
  },
  {
    id: 'U-083',
    name: '402',
    code: 'insufficient_quota',
    answers: () => error({ error: { message: 'You have no quota', code: 'quota_exceeded' } }, 402),
    wanted: (wire) => (wire === 'responses' ? 400 : 402),
  },
  { id: 'U-084', name: '403 plain text', answers: () => error('Forbidden', 403, 'text/plain'), wanted: 403, calls: 2 },
  { id: 'U-085', name: '404', answers: () => error('404 page not found', 404, 'text/plain'), wanted: 404 },
  {
    id: 'U-087',
    name: '421 once',
    answers: (good) => [error('Misdirected Request', 421, 'text/plain'), stream(goodText(good))],
    wanted: 'OK',
    calls: 2,
  },
  {
    id: 'U-088',
    code: 'misdirected',
    name: '421 twice',
    answers: () => error('Misdirected Request', 421, 'text/plain'),
    wanted: 'P502',
    calls: 2,
  },
  {
    id: 'U-089',
    name: '422',
    code: 'content_filter',
    answers: () => error({ error: { message: 'Filtered by Responsible AI Service' } }, 422),
    wanted: 400,
  },
  {
    id: 'U-090',
    name: '429 with Retry-After',
    answers: () =>
      error({ error: { message: 'slow down', code: 'rate_limited' } }, 429, 'application/json', ['retry-after: 7']),
    wanted: 429,
  },
  {
    id: 'U-092',
    name: '429 without header',
    answers: () => error("Sorry, you've exceeded your 5 hour session limits.", 429, 'text/plain'),
    wanted: 429,
  },
  {
    id: 'U-093',
    name: '429 with a day to wait',
    answers: () => error({ error: { message: 'slow down' } }, 429, 'application/json', ['retry-after: 86400']),
    wanted: 429,
  },
  {
    id: 'U-094',
    code: 'upstream_error',
    name: '500 HTML page',
    answers: () => error('<html><h1>Unicorn!</h1></html>', 500, 'text/html'),
    wanted: 'P502',
  },
  { id: 'U-095', name: '502', answers: () => error('bad gateway', 502, 'text/plain'), wanted: 'P502' },
  { id: 'U-095', name: '504', answers: () => error('gateway timeout', 504, 'text/plain'), wanted: 504 },
  {
    id: 'U-095',
    name: '503',
    answers: () => error('busy', 503, 'text/plain', ['retry-after: 30']),
    wanted: (wire) => (wire === 'messages' ? 529 : 503),
  },
  {
    id: 'U-095',
    name: '503 with a second to wait, then 200',
    waits: true,
    answers: (good) => [error('busy', 503, 'text/plain', ['retry-after: 1']), stream(goodText(good))],
    wanted: 'OK',
    calls: 2,
  },
  {
    id: 'U-070',
    name: 'a gzip bomb',
    answers: () =>
      stream(bomb, {
        headers: ['content-type: text/event-stream', 'content-encoding: gzip'],
      }),
    wanted: 'P502',
    code: 'invalid_response',
  },
];
