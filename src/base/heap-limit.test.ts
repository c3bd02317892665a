import { expect, test } from 'vitest';
import { heapLimit } from './heap-limit.ts';

const mega = 1024 * 1024;

test.each([
  ['--max-old-space-size=96', 288, 96],
  ['--max_old_space_size 256 --enable-source-maps', 448, 256],
  ['--max-old-space-size=96 --max-old-space-size=512', 704, 512],
  ['--max-semi-space-size=16', 4_288, 4_096],
  ['', 304, 152],
])('Node was told %j, V8 says %d MB: %d MB', (told, found, limit) => {
  expect(heapLimit(told, found * mega)).toBe(limit * mega);
});

test('what this program may hold', () => {
  expect(heapLimit()).toBeGreaterThan(64 * mega);
});
