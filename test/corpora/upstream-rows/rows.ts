/** The upstream rows of the fault catalogue as data: what the wire carries, and what every caller must get. */
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { RawAnswer } from '../../support/raw-upstream.ts';
import { goodStreams, type GoodStream, type Wire } from './good-streams.ts';

/** `OK` whole and one ending; `MID` an in-band error and no success mark (a 502 without a stream); else a true status. */
export type Wanted = 'OK' | 'MID' | 'P502' | number;

export interface UpstreamRow {
  readonly id: string;
  readonly name: string;
  /** What the upstream answers to one call; called once a request, so a list plays one after the other. */
  answers(good: GoodStream, wire: Wire): RawAnswer | readonly RawAnswer[];
  readonly wanted: Wanted | ((wire: Wire) => Wanted);
  /** What a caller without a stream gets, where it is not `wanted` (and 502 for MID). */
  readonly wholeWanted?: Wanted;
  readonly wires?: readonly Wire[];
  /** How the caller's call is made; default both. */
  readonly only?: 'stream' | 'whole';
  /** The lane on which a chat call of this row travels: on the raw lane payloads are the client's to judge. */
  readonly chatLane?: 'raw' | 'patched';
  /** How many calls the upstream may see; default 1. */
  readonly calls?: number;
  /** The call must not find a connection that was used before. */
  readonly freshConnection?: true;
}

const sse = (frames: readonly string[], blank = '\n\n') => frames.map((frame) => frame + blank).join('');
const stream = (text: string | Buffer, more: Partial<RawAnswer> = {}): RawAnswer => ({ chunks: [text], ...more });
const goodText = (good: GoodStream) => sse(good.frames);
const until = (good: GoodStream, at: number) => sse(good.frames.slice(0, at));
const inserted = (good: GoodStream, frame: string, at = good.contentAt + 1) =>
  sse([...good.frames.slice(0, at), frame, ...good.frames.slice(at)]);
const replaced = (good: GoodStream, at: number, frame: string) =>
  sse(good.frames.map((other, index) => (index === at ? frame : other)));
const error = (
  body: string | object,
  status: number,
  type = 'application/json',
  headers: readonly string[] = [],
): RawAnswer => ({
  status,
  headers: [`content-type: ${type}`, ...headers],
  chunks: [typeof body === 'string' ? body : JSON.stringify(body)],
  framing: 'length',
});
const typed = (good: GoodStream, ...headers: string[]) => stream(goodText(good), { headers });
const coded = (good: GoodStream, coding: string, compress: (bytes: Buffer) => Buffer) =>
  stream(compress(Buffer.from(goodText(good))), {
    headers: ['content-type: text/event-stream', `content-encoding: ${coding}`],
  });
/** A chunk of chat as JSON text. */
const chat = (body: string) =>
  `data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m",${body}}`;

export const upstreamRows: readonly UpstreamRow[] = [
  { id: 'U-001', name: 'LF baseline', answers: (good) => stream(goodText(good)), wanted: 'OK' },
  {
    id: 'U-002',
    name: 'CRLF line ends',
    answers: (good) => stream(goodText(good).replaceAll('\n', '\r\n')),
    wanted: 'OK',
  },
  {
    id: 'U-003',
    name: 'CR-only line ends',
    answers: (good) => stream(goodText(good).replaceAll('\n', '\r')),
    wanted: 'OK',
  },
  {
    id: 'U-004',
    name: 'mixed line ends in different segments',
    answers: (good) => ({
      chunks: good.frames.map((frame, index) =>
        index % 2 ? `${frame}\r\n\r\n` : `${frame.replaceAll('\n', '\r')}\r\r`,
      ),
    }),
    wanted: 'OK',
  },
  { id: 'U-005', name: 'BOM at start', answers: (good) => stream(`\uFEFF${goodText(good)}`), wanted: 'OK' },
  {
    id: 'U-007',
    name: 'multi-line data',
    answers: (good) => {
      const frame = good.frames[good.contentAt] ?? '';
      return stream(replaced(good, good.contentAt, frame.replace('data: {', 'data: {\ndata: ')));
    },
    wanted: 'OK',
  },
  {
    id: 'U-008',
    name: 'no space after data:',
    answers: (good) => stream(goodText(good).replaceAll('data: ', 'data:')),
    wanted: 'OK',
  },
  { id: 'U-009', name: 'comment keep-alives', answers: (good) => stream(inserted(good, ': keep-alive')), wanted: 'OK' },
  {
    id: 'U-010',
    name: 'id, retry, unknown fields',
    answers: (good) => stream(inserted(good, 'id: 7\nretry: 10\nfoo: bar')),
    wanted: 'OK',
  },
  { id: 'U-012', name: 'empty data', answers: (good) => stream(inserted(good, 'data:')), wanted: 'OK' },
  {
    id: 'U-013',
    name: 'last event without its blank line',
    answers: (good) => stream(goodText(good).trimEnd()),
    wanted: 'OK',
  },
  {
    id: 'U-014',
    name: 'one byte a write',
    answers: (good) => ({ chunks: [...Buffer.from(goodText(good))].map((byte) => Buffer.from([byte])) }),
    wanted: 'OK',
  },
  {
    id: 'U-018',
    name: 'byte 0xFF inside text',
    answers: (good) =>
      stream(
        Buffer.concat([
          Buffer.from(until(good, 3)),
          Buffer.from(`${good.frames[3]}\n\n`, 'utf8').fill(0xff, 30, 31),
          Buffer.from(sse(good.frames.slice(4))),
        ]),
      ),
    wanted: 'MID',
  },
  {
    id: 'U-021',
    name: 'one line over the limit',
    answers: (good) => stream(`${until(good, 3)}data: ${'a'.repeat(300_000)}\n\n`),
    wanted: 'MID',
  },
  {
    id: 'U-022',
    name: 'endless line',
    answers: (good) => ({
      chunks: [until(good, 3), 'data: ', ...Array.from({ length: 40 }, () => 'a'.repeat(10_000))],
      end: 'silence',
    }),
    wanted: 'MID',
    only: 'stream',
  },
  {
    id: 'U-024',
    name: 'bytes after the last frame',
    answers: (good) => stream(`${goodText(good)}data: {"choices":[{"index":0,"delta":{"content":"more"}}]}\n\n`),
    wanted: 'OK',
  },
  {
    id: 'U-025',
    name: 'data:[DONE] without space',
    answers: (good) => stream(goodText(good).replace('data: [DONE]', 'data:[DONE]')),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-026',
    name: 'data: DONE',
    answers: (good) => stream(goodText(good).replace('[DONE]', 'DONE')),
    wanted: 'MID',
    wires: ['chat'],
  },
  {
    id: 'U-027',
    name: 'invalid JSON in the middle',
    answers: (good) => stream(inserted(good, 'data: {"choices":[{"index":0,"delta":{"content":"x"')),
    wanted: 'MID',
    chatLane: 'patched',
  },
  {
    id: 'U-028',
    name: 'JSON cut, then EOF',
    answers: (good) => stream(`${until(good, good.finishAt)}data: {"id":"chat`),
    wanted: 'MID',
  },
  { id: 'U-030', name: 'data: []', answers: (good) => stream(inserted(good, 'data: []')), wanted: 'MID' },
  { id: 'U-030', name: 'data: 7', answers: (good) => stream(inserted(good, 'data: 7')), wanted: 'MID' },
  {
    id: 'U-032',
    name: '__proto__ in a delta',
    answers: (good) => stream(inserted(good, chat('"choices":[{"index":0,"delta":{"__proto__":{"polluted":true}}}]'))),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-033',
    name: 'choices missing',
    answers: (good) => stream(inserted(good, chat('"foo":1'))),
    wanted: 'MID',
    wires: ['chat'],
    chatLane: 'patched',
    wholeWanted: 'OK',
  },
  {
    id: 'U-034',
    name: 'choices empty, usage only',
    answers: (good) => stream(goodText(good)),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-035',
    name: 'choices[0] null',
    answers: (good) => stream(inserted(good, chat('"choices":[null]'))),
    wanted: 'MID',
    wires: ['chat'],
    chatLane: 'patched',
    wholeWanted: 'OK',
  },
  {
    id: 'U-037',
    name: 'content a number',
    answers: (good) => stream(inserted(good, chat('"choices":[{"index":0,"delta":{"content":7}}]'))),
    wanted: 'MID',
    wires: ['chat'],
    chatLane: 'patched',
    only: 'stream',
  },
  {
    id: 'U-038',
    name: 'choice index 1 while n is 1',
    answers: (good) => stream(inserted(good, chat('"choices":[{"index":1,"delta":{"content":"x"}}]'))),
    wholeWanted: 'OK',
    wanted: 'MID',
    wires: ['chat'],
    chatLane: 'patched',
  },
  {
    id: 'U-039',
    name: 'error object as first event',
    answers: () => stream('data: {"error":{"message":"the backend broke","code":"server_error"}}\n\n'),
    wanted: 'P502',
  },
  {
    id: 'U-040',
    name: 'error object mid-stream',
    answers: (good) =>
      stream(inserted(good, 'data: {"type":"error","error":{"message":"the backend broke","code":"server_error"}}')),
    wanted: 'MID',
  },
  {
    id: 'U-041',
    name: 'event: error frame',
    answers: (good) =>
      stream(
        inserted(
          good,
          'event: error\ndata: {"type":"error","error":{"type":"api_error","message":"the backend broke"}}',
        ),
      ),
    wanted: 'MID',
  },
  {
    id: 'U-043',
    name: 'finish seen, last frame missing',
    answers: (good) => stream(sse(good.frames.slice(0, -1))),
    wanted: 'OK',
    wires: ['chat', 'messages'],
  },
  {
    id: 'U-044',
    name: '[DONE] seen, no finish',
    answers: (good) => stream(sse(good.frames.filter((_, index) => index !== good.finishAt))),
    wanted: 'OK',
    wires: ['chat', 'messages'],
  },
  {
    id: 'U-045',
    name: 'neither finish nor last frame, clean FIN',
    answers: (good) => stream(until(good, good.finishAt)),
    wanted: 'MID',
  },
  {
    id: 'U-046',
    name: 'finish twice',
    answers: (good) => stream(inserted(good, good.frames[good.finishAt] ?? '', good.finishAt + 1)),
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
  },
  {
    id: 'U-048',
    name: 'usage twice',
    answers: (good) => stream(inserted(good, good.frames[5] ?? '', 6)),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-049',
    name: 'no usage',
    answers: (good) => stream(sse(good.frames.filter((_, index) => index !== 5))),
    wanted: 'OK',
    wires: ['chat'],
  },
  {
    id: 'U-057',
    name: 'finish tool_calls but no call',
    answers: (good) => stream(goodText(good).replace('"stop"', '"tool_calls"')),
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
    only: 'stream',
  },
  {
    id: 'U-060',
    name: 'finish weird',
    answers: (good) => stream(goodText(good).replace('"stop"', '"weird"')),
    wanted: 'OK',
    wires: ['chat'],
    chatLane: 'patched',
    only: 'stream',
  },
  { id: 'U-061', name: 'empty 200 stream', answers: () => stream(''), wanted: 'P502' },
  {
    id: 'U-062',
    name: '200 text/html',
    answers: () => error('<!DOCTYPE html><html>Welcome to the hotel</html>', 200, 'text/html'),
    wanted: 'P502',
  },
  {
    id: 'U-062',
    name: 'html without saying so',
    answers: () => stream('<html>Welcome to the hotel</html>', { headers: [] }),
    wanted: 'P502',
  },
  {
    id: 'U-063',
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
    name: 'unknown coding',
    answers: (good) => typed(good, 'content-type: text/event-stream', 'content-encoding: snappy'),
    wanted: 'P502',
  },
  {
    id: 'U-073',
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
  { id: 'U-076', name: '302', answers: () => error('', 302, 'text/plain', ['location: /elsewhere']), wanted: 'P502' },
  {
    id: 'U-077',
    name: '307 to another origin',
    answers: () => error('', 307, 'text/plain', ['location: http://127.0.0.1:9/v1']),
    wanted: 'P502',
  },
  {
    id: 'U-078',
    name: '300 kB header',
    answers: (good) => typed(good, 'content-type: text/event-stream', `x-big: ${'a'.repeat(300_000)}`),
    wanted: 'P502',
  },
  {
    id: 'U-079',
    name: '400',
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
    answers: () => error('unauthorized', 401, 'text/plain'),
    wanted: (wire) => (wire === 'messages' ? 403 : 400),
    calls: 2,
  },
  {
    id: 'U-083',
    name: '402',
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
    name: '421 twice',
    answers: () => error('Misdirected Request', 421, 'text/plain'),
    wanted: 'P502',
    calls: 2,
  },
  {
    id: 'U-089',
    name: '422',
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
    answers: (good) => [error('busy', 503, 'text/plain', ['retry-after: 1']), stream(goodText(good))],
    wanted: 'OK',
    calls: 2,
  },
  {
    id: 'U-099',
    name: 'reset on a fresh socket after the request',
    answers: () => ({ chunks: [], status: 0, framing: 'close', end: 'reset' }),
    freshConnection: true,
    wanted: 'P502',
  },
  { id: 'U-100', name: 'reset mid-stream', answers: (good) => stream(until(good, 4), { end: 'reset' }), wanted: 'MID' },
  { id: 'U-101', name: 'FIN mid-stream', answers: (good) => stream(until(good, 4), { end: 'fin' }), wanted: 'MID' },
  {
    id: 'U-102',
    name: 'Content-Length too long',
    answers: (good) => stream(until(good, 4), { framing: 99_999, end: 'fin' }),
    wanted: 'MID',
  },
  { id: 'U-104', name: 'no response head', answers: () => ({ chunks: [], status: 0, end: 'silence' }), wanted: 504 },
  {
    id: 'U-105',
    name: 'stall mid-stream',
    answers: (good) => stream(until(good, 4), { end: 'silence' }),
    wanted: 'MID',
  },
];

export { goodStreams };
