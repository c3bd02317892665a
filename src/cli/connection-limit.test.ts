/** Tests of how many connections fit into the descriptors of this process. */
import { expect, test } from 'vitest';
import { connectionLimit, descriptorLimit, parseLimits } from './connection-limit.ts';

test.each([
  [10_000, 1_000_000, 10_000],
  [10_000, 1024, 396],
  [10_000, 25_100, 10_000],
  [300, 1024, 300],
  [10_000, 128, 38],
  [10_000, 1, 1],
  [10_000, null, 10_000],
])('of %d wanted with %d descriptors: %d', (wanted, descriptors, limit) => {
  expect(connectionLimit(wanted, descriptors)).toBe(limit);
});

test.each([
  ['Max open files            1024                 524288               files     \n', 1024],
  ['Max processes 1 2 processes\nMax open files            unlimited            unlimited            files\n', null],
  ['', null],
])('the words of Linux: %j', (text, soft) => expect(parseLimits(text)).toBe(soft));

test('this process has some limit, or says that it has none', () => {
  const limit = descriptorLimit();
  expect(limit === null || limit > 0).toBe(true);
});
