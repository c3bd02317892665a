/** A client connection on a raw socket: just enough HTTP/1.1 to send prepared bytes and count what comes back. */
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly lane: string | null;
  readonly bytes: number;
  /** Blank lines seen: one for each event of a stream. */
  readonly events: number;
  /** From the write of the request to the first byte of the body, in µs. */
  readonly firstByteUs: number;
  readonly wholeUs: number;
}

export interface Wire {
  /** Sends one prepared request; one at a time. Rejects if the connection ends before the answer does. */
  ask(request: Buffer, onEvents?: (count: number, lane: string | null) => void): Promise<Answer>;
  close(): void;
}

interface Reading {
  readonly startedMs: number;
  readonly onEvents: ((count: number, lane: string | null) => void) | undefined;
  resolve(answer: Answer): void;
  reject(error: Error): void;
  head: Buffer | null;
  status: number;
  lane: string | null;
  remaining: number;
  tail: string;
  bytes: number;
  events: number;
  firstByteMs: number;
}

const chunkedEnd = '\r\n0\r\n\r\n';
const newLine = 10;

/** An event ends in two line feeds; the second may open the next read, so the last byte is remembered in the tail. */
function countEvents(chunk: Buffer, previous: number): number {
  let count = previous === newLine && chunk[0] === newLine ? 1 : 0;
  for (let at = chunk.indexOf('\n\n'); at !== -1; at = chunk.indexOf('\n\n', at + 2)) count += 1;
  return count;
}

export function openWire(port: number): Wire {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let reading: Reading | null = null;

  function finish(current: Reading): void {
    reading = null;
    const now = performance.now();
    const { status, lane, bytes, events, firstByteMs, startedMs } = current;
    const firstByteUs = (firstByteMs - startedMs) * 1000;
    current.resolve({ status, lane, bytes, events, firstByteUs, wholeUs: (now - startedMs) * 1000 });
  }

  function readBody(current: Reading, chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (current.bytes === 0) current.firstByteMs = performance.now();
    current.bytes += chunk.length;
    if (current.remaining >= 0) {
      current.remaining -= chunk.length;
      if (current.remaining <= 0) finish(current);
      return;
    }
    const fresh = countEvents(chunk, current.tail.charCodeAt(current.tail.length - 1));
    current.events += fresh;
    current.onEvents?.(fresh, current.lane);
    current.tail = (current.tail + chunk.toString('latin1', Math.max(0, chunk.length - 7))).slice(-7);
    if (current.tail === chunkedEnd) finish(current);
  }

  function readHead(current: Reading, chunk: Buffer): void {
    const head = current.head === null || current.head.length === 0 ? chunk : Buffer.concat([current.head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end === -1) {
      current.head = head;
      return;
    }
    const text = head.toString('latin1', 0, end);
    current.head = null;
    current.status = Number(text.slice(9, 12));
    current.lane = /\r\nx-crossfeed-lane: *(\S+)/i.exec(text)?.[1] ?? null;
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    current.remaining = length === undefined ? -1 : Number(length);
    // The head's own last bytes stand before the first chunk, so that an empty chunked body ends too.
    current.tail = '\r\n';
    readBody(current, head.subarray(end + 4));
  }

  socket.on('data', (chunk: Buffer) => {
    if (reading === null) return;
    if (reading.head === null) readBody(reading, chunk);
    else readHead(reading, chunk);
  });
  const fail = (error: Error) => {
    reading?.reject(error);
    reading = null;
  };
  socket.on('error', fail);
  socket.on('close', () => fail(new Error('the connection ended before its answer')));

  return {
    ask: (request, onEvents) =>
      new Promise((resolve, reject) => {
        reading = {
          startedMs: performance.now(),
          onEvents,
          resolve,
          reject,
          head: Buffer.alloc(0),
          status: 0,
          lane: null,
          remaining: -1,
          tail: '',
          bytes: 0,
          events: 0,
          firstByteMs: 0,
        };
        socket.write(request);
      }),
    close: () => socket.destroy(),
  };
}
