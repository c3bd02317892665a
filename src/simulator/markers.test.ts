import { expect, test } from 'vitest';
import { readMarkers, withoutMarkers } from './markers.ts';

test.each([
  ['[[sim:cut]]', { strikes: [{ kind: 'cut', afterEvents: 4 }] }],
  ['[[sim:stall 2]]', { strikes: [{ kind: 'stall', afterEvents: 2 }] }],
  ['[[sim:error]]', { strikes: [{ kind: 'error-event', afterEvents: 4 }] }],
  ['[[sim:reset]]', { strikes: [{ kind: 'reset' }] }],
  ['[[sim:429]]', { strikes: [{ kind: 'status', status: 429, headers: { 'retry-after': '7' } }] }],
  ['[[sim:503]]', { strikes: [{ kind: 'status', status: 503 }] }],
  ['[[sim:long 12]]', { words: 12 }],
  ['[[sim:slow 30]]', { eventDelayMs: 30 }],
  ['[[sim:think]] and [[sim:refuse]]', { thinks: true, refuses: true }],
  ['[[sim:tool look]]', { calls: [{ name: 'look', input: '{}' }] }],
  ['[[sim:nonsense]] [[sim:]] [[sim:cut', { strikes: [], calls: [], thinks: false, refuses: false }],
])('reads %s', (text, expected) => {
  expect(readMarkers(`Please ${text} now`)).toMatchObject(expected);
});

test('JSON with brackets in it stays whole, and several calls are several', () => {
  const text = '[[sim:tool a {"x":[[1]]}]] [[sim:tool b {"y":"]]"}]]';
  expect(readMarkers(text).calls).toEqual([
    { name: 'a', input: '{"x":[[1]]}' },
    { name: 'b', input: '{"y":"]]"}' },
  ]);
  expect(withoutMarkers(`before ${text} after`)).toBe('before   after');
});
