/** Newline-delimited JSON on bytes: finds whole lines, whatever the cuts. */

export interface LineSplitter {
  /** Takes the next bytes; calls `onLine` for every line they complete, without its line end. False: over the limit. */
  push(chunk: Buffer): boolean;
  /** A last line that no line end closed; empty if there is none. */
  rest(): string;
}

const lineFeed = 0x0a;

/** Lines are decoded whole, so a character cut between two chunks is never seen in halves. Blank lines are passed over. */
export function createLineSplitter(maxLineBytes: number, onLine: (line: string) => void): LineSplitter {
  let pieces: Buffer[] = [];
  let length = 0;

  function take(): string {
    const line = Buffer.concat(pieces, length).toString('utf8');
    pieces = [];
    length = 0;
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  }

  return {
    push(chunk) {
      let start = 0;
      for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, start)) {
        if (length + at - start > maxLineBytes) return false;
        pieces.push(chunk.subarray(start, at));
        length += at - start;
        const line = take();
        if (line !== '') onLine(line);
        start = at + 1;
      }
      if (start < chunk.length) {
        pieces.push(chunk.subarray(start));
        length += chunk.length - start;
      }
      return length <= maxLineBytes;
    },
    rest: take,
  };
}
