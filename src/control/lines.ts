/** Cuts a socket's bytes into lines. */
import { StringDecoder } from 'node:string_decoder';

/** Calls `onLine` for every whole line; `onTooLong` once if a line passes `maxChars`, and nothing after it. */
export function createLineReader(
  maxChars: number,
  onLine: (line: string) => void,
  onTooLong: () => void,
): (chunk: Buffer) => void {
  const decoder = new StringDecoder('utf8');
  // Only the new piece is searched: joining the rest again for every chunk of a long line is quadratic.
  let pieces: string[] = [];
  let pieceChars = 0;
  let broken = false;
  return (chunk) => {
    if (broken) return;
    const [first = '', ...others] = decoder.write(chunk).split('\n');
    pieces.push(first);
    pieceChars += first.length;
    for (const piece of others) {
      onLine(pieces.join(''));
      pieces = [piece];
      pieceChars = piece.length;
    }
    if (pieceChars <= maxChars) return;
    broken = true;
    onTooLong();
  };
}
