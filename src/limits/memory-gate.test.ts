import { expect, test } from 'vitest';
import { createMemoryGate } from './memory-gate.ts';

const mega = 1024 * 1024;

/** A heap of 100 MB of which so much is in use. */
function gateOn(heap: { used: number; garbage: number }) {
  let nowMs = 0;
  const seen = { looks: 0, collections: 0 };
  const gate = createMemoryGate({
    clock: { monotonic: () => nowMs },
    limit: 100 * mega,
    used: () => {
      seen.looks += 1;
      return heap.used + heap.garbage;
    },
    collect: () => {
      seen.collections += 1;
      heap.garbage = 0;
    },
  });
  return { gate, heap, seen, wait: (ms: number) => (nowMs += ms) };
}

const refused = (bytes: number, free: number, needed: number) =>
  expect.objectContaining({
    code: 'overloaded',
    message: `The proxy's memory is nearly full: ${free} MB are free, and this request of ${bytes} bytes may take ${needed}.`,
  });

test.each([
  [45 * mega, 5 * mega, true],
  [45 * mega, 6 * mega, false],
  [84 * mega, 100_000, true],
  [85 * mega, 1_000, false],
])('of 100 MB %d are in use: a body of %d fits: %s', (used, bytes, fits) => {
  const { gate } = gateOn({ used, garbage: 0 });
  if (fits) gate.admit(bytes);
  else expect(() => gate.admit(bytes)).toThrow('nearly full');
});

test('garbage is taken out before anybody is refused, and not at every refusal', () => {
  const { gate, heap, seen, wait } = gateOn({ used: 30 * mega, garbage: 55 * mega });
  gate.admit(2 * mega);
  expect(seen.collections).toBe(1);
  heap.used = 84 * mega;
  expect(() => gate.admit(2 * mega)).toThrow(refused(2 * mega, 1, 16) as Error);
  wait(999);
  expect(() => gate.admit(2 * mega)).toThrow('nearly full');
  expect(seen.collections).toBe(1);
  wait(1);
  expect(() => gate.admit(2 * mega)).toThrow('nearly full');
  expect(seen.collections).toBe(2);
  heap.used = 30 * mega;
  gate.admit(2 * mega);
});

test('small bodies do not look each time', () => {
  const { gate, seen, wait } = gateOn({ used: 10 * mega, garbage: 0 });
  for (let call = 0; call < 1_000; call += 1) gate.admit(1_000);
  expect(seen.looks).toBe(1);
  wait(50);
  gate.admit(1_000);
  gate.admit(100_000);
  expect(seen).toEqual({ looks: 3, collections: 0 });
});

test('V8 can be asked for what it does by itself', () => {
  let used = 1;
  const gate = createMemoryGate({ clock: { monotonic: () => 0 }, limit: 1, used: () => used-- });
  gate.admit(0);
  expect('gc' in globalThis).toBe(false);
});
