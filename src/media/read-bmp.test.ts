import { expect, test } from 'vitest';
import { readBmp } from './read-bmp.ts';

/** Two pixels by two: red, green above blue, white. */
function bmp({ bits = 24, kind = 0, topDown = false, width = 2 } = {}): Buffer {
  const colours = [
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ] as const;
  const rowBytes = 8;
  const file = Buffer.alloc(54 + rowBytes * 2);
  file.write('BM', 'latin1');
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(topDown ? -2 : 2, 22);
  file.writeUInt16LE(bits, 28);
  file.writeUInt32LE(kind, 30);
  for (const [index, [red, green, blue]] of colours.entries()) {
    const row = index >> 1;
    file.set([blue, green, red], 54 + rowBytes * (topDown ? row : 1 - row) + (index % 2) * (bits / 8));
  }
  return file;
}

const pixels = { width: 2, height: 2, data: Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]) };

test.each([
  ['24 bits', {}],
  ['32 bits', { bits: 32 }],
  ['32 bits with masks', { bits: 32, kind: 3 }],
  ['rows from the top', { topDown: true }],
])('%s', (_what, kind) => expect(readBmp(bmp(kind), 100)).toEqual(pixels));

test.each([
  ['8 bits', bmp({ bits: 8 })],
  ['run lengths', bmp({ kind: 1 })],
  ['more pixels than are read', bmp({ width: 51 })],
  ['no width', bmp({ width: 0 })],
  ['cut off', bmp().subarray(0, 60)],
  ['no BMP', Buffer.alloc(100)],
])('%s: not read', (_what, file) => expect(readBmp(file, 100)).toBeNull());
