import { expect, test } from 'vitest';
import { createByteCache } from './byte-cache.ts';

test('the longest unused goes first', () => {
  const cache = createByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  expect(cache.get('a')).toBe('A');
  cache.set('c', 'C', 4);
  expect(['a', 'b', 'c'].map((key) => cache.get(key))).toEqual(['A', undefined, 'C']);
});

test('what is larger than all of it is not kept, and what is set anew counts once', () => {
  const cache = createByteCache<string>(10);
  cache.set('a', 'A', 11);
  expect(cache.get('a')).toBeUndefined();
  for (let time = 0; time < 3; time += 1) cache.set('b', 'B', 5);
  cache.set('c', 'C', 5);
  expect([cache.get('b'), cache.get('c')]).toEqual(['B', 'C']);
});
