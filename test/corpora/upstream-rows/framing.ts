/** How events may be framed, and cut, and how they may not (U-001 to U-026). */
import { goodText, inserted, replaced, sse, stream, until, type UpstreamRow } from './upstream-row.ts';

export const framingRows: readonly UpstreamRow[] = [
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
    code: 'invalid_utf8',
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
    code: 'invalid_response',
    name: 'one line over the limit',
    answers: (good) => stream(`${until(good, 3)}data: ${'a'.repeat(300_000)}\n\n`),
    wanted: 'MID',
  },
  {
    id: 'U-022',
    code: 'invalid_response',
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
    code: 'invalid_response',
    name: 'data: DONE',
    answers: (good) => stream(goodText(good).replace('[DONE]', 'DONE')),
    wanted: 'MID',
    wires: ['chat'],
  },
  {
    id: 'U-015',
    name: 'the whole stream in one segment',
    answers: (good) => stream(goodText(good), { framing: 'length' }),
    wanted: 'OK',
  },
  {
    id: 'U-017',
    name: 'every chunk ends inside a character',
    answers: (good) => ({ chunks: cutInsideCharacters(Buffer.from(goodText(good))) }),
    wanted: 'OK',
  },
  {
    id: 'U-020',
    name: 'NUL in the text, escaped as JSON must',
    answers: (good) => stream(goodText(good).replaceAll('Hello ', 'Hel\\u0000lo ')),
    text: 'Hel\0lo wörld 😀',
    wanted: 'OK',
  },
];

/** Cut before every byte that goes on with a character of UTF-8. */
function cutInsideCharacters(bytes: Buffer): readonly Buffer[] {
  const cuts = [...bytes.keys()].filter((at) => ((bytes[at] ?? 0) & 0xc0) === 0x80);
  return [0, ...cuts].map((cut, index) => bytes.subarray(cut, cuts[index] ?? bytes.length));
}
