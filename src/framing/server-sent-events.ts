/** Server-sent events on bytes: finds whole frames without decoding them, reads one, writes one. */

/**
 * Scanning happens on a latin1 view of the bytes, in which every index is a byte offset: measured, `indexOf` on such a
 * string costs a third of `Buffer.indexOf`, and a frame can be cut out of the bytes where the view says it ends.
 */
export interface FrameSplitter {
  /** Takes the next bytes; calls `onFrame` for every frame they complete. False: a frame is over the limit, stop. */
  push(chunk: Buffer): boolean;
  /** The bytes after the last whole frame: an unfinished frame, or none. */
  rest(): Buffer;
}

/** `text` is the latin1 view of `bytes`; the frame with its blank line is `[start, end)`. Both live on unchanged. */
export type OnFrame = (text: string, bytes: Buffer, start: number, end: number) => void;

/**
 * Two line ends in a row, where one line end is LF, CR LF or a CR that no LF follows. Where lines end in LF, a CR that
 * is the last byte so far is half of a CR LF: taken for a whole one, its LF would be left behind a stream's last frame.
 */
const blankLine = /(?:\n|\r\n)(?:\n|\r\n|\r(?!\n|$))|\r(?!\n)(?:\r\n|\r(?!\n))/g;

/** The longest a blank line can be, less one: how far back a chunk's end can belong to a boundary of the next. */
const boundaryReach = 3;

/** A byte order mark in latin1: allowed once, before the first frame, where it says nothing. */
const mark = '\xef\xbb\xbf';

function frameEnd(text: string, from: number, hasCarriageReturns: boolean): number {
  if (!hasCarriageReturns) {
    const at = text.indexOf('\n\n', from);
    return at < 0 ? -1 : at + 2;
  }
  blankLine.lastIndex = from;
  return blankLine.test(text) ? blankLine.lastIndex : -1;
}

export function createFrameSplitter(maxFrameBytes: number, onFrame: OnFrame): FrameSplitter {
  /** The start of an unfinished frame. Grows by doubling, so that a frame of any size costs linear time. */
  let pending = Buffer.alloc(0);
  let pendingLength = 0;
  let isFirst = true;

  function append(chunk: Buffer) {
    const needed = pendingLength + chunk.length;
    if (needed > pending.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, pending.length * 2));
      pending.copy(grown, 0, 0, pendingLength);
      pending = grown;
    }
    chunk.copy(pending, pendingLength);
    pendingLength = needed;
  }

  return {
    push(chunk) {
      let bytes = chunk;
      let text: string;
      if (pendingLength === 0) {
        text = chunk.toString('latin1');
      } else {
        const seam = Math.max(0, pendingLength - boundaryReach);
        append(chunk);
        const fresh = pending.toString('latin1', seam, pendingLength);
        if (frameEnd(fresh, 0, fresh.includes('\r')) < 0) return pendingLength <= maxFrameBytes;
        bytes = pending.subarray(0, pendingLength);
        text = bytes.toString('latin1');
      }
      const hasCarriageReturns = text.includes('\r');
      let start = 0;
      for (let end = frameEnd(text, 0, hasCarriageReturns); end >= 0; end = frameEnd(text, start, hasCarriageReturns)) {
        if (end - start > maxFrameBytes) return false;
        // It may not come behind what was written before it, a heartbeat or a chunk of ours: there it hides a field.
        if (isFirst && text.startsWith(mark, start)) start += mark.length;
        isFirst = false;
        onFrame(text, bytes, start, end);
        start = end;
      }
      // The bytes handed to `onFrame` may still be waiting in a socket: what is left over gets a buffer of its own.
      pending = start === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(start));
      pendingLength = pending.length;
      return pendingLength <= maxFrameBytes;
    },
    rest() {
      const rest = pending.subarray(0, pendingLength);
      return isFirst && rest.toString('latin1', 0, mark.length) === mark ? rest.subarray(mark.length) : rest;
    },
  };
}

/** One frame read: empty strings where a field is absent. */
export interface Frame {
  readonly event: string;
  /** The `data:` lines joined with LF. */
  readonly data: string;
  /** Whether there was any `data:` line, be it empty. */
  readonly hasData: boolean;
}

const lineEnd = /\r\n|\n|\r/;

/** Reads the frame `[start, end)` of `text`; unknown fields, comments, `id:` and `retry:` are passed over. */
export function readFrame(text: string, start: number, end: number): Frame {
  return readUsualFrame(text, start, end) ?? readAnyFrame(text.slice(start, end));
}

const eventField = 'event: ';
const dataField = 'data: ';

/** The form that nearly all frames have: `data: …`, or a line `event: …` before it. Measured: half of what lines cost. */
function readUsualFrame(text: string, start: number, end: number): Frame | undefined {
  let event = '';
  let from = start;
  if (text.startsWith(eventField, start)) {
    const close = text.indexOf('\n', start);
    event = text.slice(start + eventField.length, close);
    from = close + 1;
  }
  if (!text.startsWith(dataField, from) || text.indexOf('\n', from) !== end - 2) return undefined;
  const data = text.slice(from + dataField.length, end - 2);
  return data.includes('\r') || event.includes('\r') ? undefined : { event, data, hasData: true };
}

function readAnyFrame(frame: string): Frame {
  let event = '';
  let data: string | undefined;
  for (const line of frame.split(lineEnd)) {
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    if (field !== 'data' && field !== 'event') continue;
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else data = data === undefined ? value : `${data}\n${value}`;
  }
  return { event, data: data ?? '', hasData: data !== undefined };
}

/** One frame written. `data` is JSON (or a mark), so a line feed in it stands between tokens and may as well be a space. */
export function writeFrame(data: string, event?: string): string {
  const line = data.includes('\n') ? data.replaceAll('\n', ' ') : data;
  return event === undefined ? `data: ${line}\n\n` : `event: ${event}\ndata: ${line}\n\n`;
}
