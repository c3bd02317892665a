/** Turns, passing over, and taking out. */
import { expect, test } from 'vitest';
import { createFairQueue } from './fair-queue.ts';

const any = () => true;

function drained(queue: { take(fits: (item: string) => boolean): string | undefined }, fits = any): string[] {
  const taken: string[] = [];
  for (let item = queue.take(fits); item !== undefined; item = queue.take(fits)) taken.push(item);
  return taken;
}

test('one flow is first in, first out', () => {
  const queue = createFairQueue<string>();
  for (const item of ['1', '2', '3']) queue.push('a', item);
  expect(drained(queue)).toEqual(['1', '2', '3']);
  expect(queue.size).toBe(0);
});

test('a long flow does not keep a short one waiting', () => {
  const queue = createFairQueue<string>();
  for (const item of ['a1', 'a2', 'a3', 'a4']) queue.push('a', item);
  queue.push('b', 'b1');
  queue.push('c', 'c1');
  queue.push('b', 'b2');
  expect(drained(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3', 'a4']);
});

test('a flow whose first item does not fit is passed over, and keeps its turn', () => {
  const queue = createFairQueue<string>();
  queue.push('a', 'a1');
  queue.push('b', 'b1');
  expect(queue.take((item) => item !== 'a1')).toBe('b1');
  expect(queue.take((item) => item !== 'a1')).toBeUndefined();
  expect(queue.size).toBe(1);
  expect(drained(queue)).toEqual(['a1']);
});

test('what is taken out is gone, and taking it out again changes nothing', () => {
  const queue = createFairQueue<string>();
  for (const item of ['1', '2', '3']) queue.push('a', item);
  queue.remove('a', '2');
  queue.remove('a', '2');
  queue.remove('b', '1');
  expect(queue.size).toBe(2);
  expect(drained(queue)).toEqual(['1', '3']);
});
