/** Moments as text, against the engine's own calendar. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isoTime } from './iso-time.ts';

test.each([
  [0, '1970-01-01T00:00:00Z'],
  [951_782_400, '2000-02-29T00:00:00Z'],
  [1_795_388_399, '2026-11-22T22:59:59Z'],
  [4_107_542_400, '2100-03-01T00:00:00Z'],
])('%d is %s', (unixS, text) => {
  expect(isoTime(unixS)).toBe(text);
});

test('every second of four centuries', () => {
  const second = fc.integer({ min: 0, max: 12_622_780_799 });
  fc.assert(
    fc.property(second, (unixS) => {
      expect(isoTime(unixS)).toBe(new Date(unixS * 1000).toISOString().replace('.000Z', 'Z'));
    }),
  );
});
