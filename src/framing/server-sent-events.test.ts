import { createParser } from 'eventsource-parser';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFrameSplitter, readFrame, writeFrame } from './server-sent-events.ts';

interface Seen {
  readonly event: string;
  readonly data: string;
}

/** What our framing makes of `bytes` when they arrive cut at `cuts`. */
function framesOf(bytes: Buffer, cuts: readonly number[]): { events: Seen[]; forwarded: Buffer } {
  const events: Seen[] = [];
  const forwarded: Buffer[] = [];
  const splitter = createFrameSplitter(1024 * 1024, (text, source, start, end) => {
    const { event, data, hasData } = readFrame(text, start, end);
    if (hasData) events.push({ event, data: Buffer.from(data, 'latin1').toString('utf8') });
    forwarded.push(Buffer.from(source.subarray(start, end)));
  });
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) splitter.push(bytes.subarray(edges[index], edge));
  forwarded.push(Buffer.from(splitter.rest()));
  return { events, forwarded: Buffer.concat(forwarded) };
}

/** The same by an independent parser. */
function oracle(text: string): Seen[] {
  const events: Seen[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => void events.push({ event: event ?? '', data }) });
  parser.feed(text);
  return events;
}

const lineEnds = fc.constantFrom('\n', '\r\n', '\r');
const lines = fc.constantFrom(
  'data: {"x":"äö😀"}',
  'data:[DONE]',
  'event: ping',
  ': comment',
  'id: 7',
  'retry: 10',
  'data',
  'data:  two',
  'foo: bar',
);
const streams = lineEnds.chain((lineEnd) =>
  fc
    .array(fc.array(lines, { minLength: 1, maxLength: 4 }), { maxLength: 8 })
    .map((frames) => frames.map((frame) => frame.join(lineEnd) + lineEnd + lineEnd).join('')),
);

test('any cutting of the bytes gives the frames that an independent parser reads, and loses no byte', () => {
  fc.assert(
    fc.property(streams, fc.array(fc.nat(400), { maxLength: 12 }), (stream, cuts) => {
      const bytes = Buffer.from(stream);
      const { events, forwarded } = framesOf(
        bytes,
        cuts.filter((cut) => cut < bytes.length),
      );
      // Our event names are per frame; the oracle's empty name is "message".
      expect(events).toEqual(oracle(stream));
      expect(forwarded.equals(bytes)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test('a frame is found at every byte offset of a cut, through CR LF and UTF-8', () => {
  const bytes = Buffer.from('event: a\r\ndata: {"t":"ä😀"}\r\n\r\n: c\r\n\r\ndata: 2\r\n\r\n');
  const whole = framesOf(bytes, []).events;
  expect(whole).toHaveLength(2);
  for (let cut = 1; cut < bytes.length; cut += 1) expect(framesOf(bytes, [cut]).events).toEqual(whole);
});

test('a cut inside the last CR LF leaves nothing of it behind', () => {
  const bytes = Buffer.from('data: 1\r\n\r\n');
  const ends: number[] = [];
  const splitter = createFrameSplitter(100, (_text, _bytes, start, end) => void ends.push(end - start));
  splitter.push(bytes.subarray(0, -1));
  splitter.push(bytes.subarray(-1));
  expect({ ends, rest: splitter.rest().length }).toEqual({ ends: [bytes.length], rest: 0 });
});

test('line ends of different kinds may follow each other', () => {
  expect(
    framesOf(Buffer.from('data: 1\r\n\ndata: 2\n\r\ndata: 3\r\rdata: 4\n\n'), []).events.map((e) => e.data),
  ).toEqual(['1', '2', '3', '4']);
});

test('a byte order mark before the first frame is passed over', () => {
  expect(framesOf(Buffer.from('\uFEFFdata: 1\n\n'), []).events).toEqual([{ event: '', data: '1' }]);
});

test('a byte order mark is not forwarded: behind a heartbeat of ours it would hide the first field', () => {
  const bytes = Buffer.from('\uFEFFdata: 1\n\n');
  for (const cut of [0, 1, 2, 3, bytes.length - 1])
    expect(framesOf(bytes, [cut]).forwarded.toString()).toBe('data: 1\n\n');
  expect(framesOf(Buffer.from('\uFEFFdata: 1'), []).forwarded.toString()).toBe('data: 1');
});

test('a byte order mark before a later frame hides its first field, as every reader has it', () => {
  expect(framesOf(Buffer.from('data: 1\n\n\uFEFFdata: 2\n\n'), []).events).toEqual([{ event: '', data: '1' }]);
});

test('an endless line stops at the limit, in one piece and in many', () => {
  const splitter = createFrameSplitter(100, () => expect.unreachable());
  expect(splitter.push(Buffer.alloc(60, 'a'))).toBe(true);
  expect(splitter.push(Buffer.alloc(60, 'a'))).toBe(false);
  expect(createFrameSplitter(100, () => expect.unreachable()).push(Buffer.from(`data: ${'a'.repeat(200)}\n\n`))).toBe(
    false,
  );
});

test('the limit is that of one frame, not of all that came together', () => {
  const frame = `data: ${'a'.repeat(60)}\n\n`;
  let frames = 0;
  const splitter = createFrameSplitter(100, () => (frames += 1));
  expect(splitter.push(Buffer.from(frame.repeat(5)))).toBe(true);
  expect(frames).toBe(5);
});

test('a written frame reads back', () => {
  const text = writeFrame('{"a":1}', 'x');
  expect(readFrame(text, 0, text.length)).toEqual({ event: 'x', data: '{"a":1}', hasData: true });
});

test.each([
  ['data: {"a":1}\n\n', { event: '', data: '{"a":1}' }],
  ['event: x\ndata: 1\n\n', { event: 'x', data: '1' }],
  ['event: x\ndata: 1\r\n\r\n', { event: 'x', data: '1' }],
  ['event: x\rdata: 1\n\n', { event: 'x', data: '1' }],
  ['data: 1\n\r', { event: '', data: '1' }],
  ['data: 1\ndata: 2\n\n', { event: '', data: '1\n2' }],
  ['data: 1\nevent: x\n\n', { event: 'x', data: '1' }],
  ['data:1\n\n', { event: '', data: '1' }],
  ['event: x\ndata: 1', { event: 'x', data: '1' }],
])('the usual form of a frame and all others are read alike: %j', (text, expected) => {
  expect(readFrame(text, 0, text.length)).toEqual({ ...expected, hasData: true });
  // What stands before and behind a frame is none of its business.
  const between = `data: 0\n\n${text}event: y\ndata: 2\n\n`;
  expect(readFrame(between, 9, 9 + text.length)).toEqual({ ...expected, hasData: true });
});

test.each(['\n', '\r\n', '\r'])('a frame holds its blank line, all of it and nothing more: %j', (lineEnd) => {
  const frames: string[] = [];
  const splitter = createFrameSplitter(1_000, (text, _bytes, start, end) => void frames.push(text.slice(start, end)));
  const frame = `data: {}${lineEnd}${lineEnd}`;
  splitter.push(Buffer.from(frame + frame));
  expect(frames).toEqual([frame, frame]);
});
