/** Lines, however the bytes are cut. */
import { expect, test } from 'vitest';
import { createLineReader } from './lines.ts';

function read(chunks: readonly Buffer[], maxChars = 100) {
  const lines: string[] = [];
  let tooLong = 0;
  const push = createLineReader(
    maxChars,
    (line) => lines.push(line),
    () => (tooLong += 1),
  );
  for (const chunk of chunks) push(chunk);
  return { lines, tooLong };
}

test('every cutting gives the same lines, through characters of several bytes', () => {
  const bytes = Buffer.from('a\n\nü€😀\nrest');
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const chunks = [bytes.subarray(0, first), bytes.subarray(first, second), bytes.subarray(second)];
      expect(read(chunks).lines).toEqual(['a', '', 'ü€😀']);
    }
  }
});

test('a line that is too long is told once and ends the reading', () => {
  const chunks = ['ok\nxxxx', 'xxxx', 'xx\nlater\n'].map((text) => Buffer.from(text));
  expect(read(chunks, 6)).toEqual({ lines: ['ok'], tooLong: 1 });
});
