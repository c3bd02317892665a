/** The queue alone: order, bounds and second tries. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createWriteQueue } from './write-queue.ts';

function createQueue(options: { readonly failing?: boolean; readonly hopeless?: boolean } = {}) {
  const clock = createFakeClock();
  const written: number[][] = [];
  const dropped: number[] = [];
  const state = { failing: options.failing ?? false, tries: 0 };
  const queue = createWriteQueue<number>({
    clock,
    delayMs: 250,
    batch: 3,
    capacity: 8,
    write(rows) {
      state.tries += 1;
      if (state.failing) throw new Error('no');
      written.push([...rows]);
    },
    onFailure: () => options.hopeless !== true,
    onDropped: (rows) => dropped.push(...rows),
  });
  return { clock, queue, written, dropped, state };
}

test('a tick writes one batch, a flush everything, in order', () => {
  const { clock, queue, written } = createQueue();
  for (const row of [1, 2, 3, 4, 5, 6, 7]) queue.add(row);
  clock.advance(250);
  expect(written).toEqual([[1, 2, 3]]);
  queue.flush();
  expect(written).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  expect(queue.waiting).toEqual([]);
});

test('a failure is tried again at growing waits, and nothing is lost', () => {
  const { clock, queue, written, state } = createQueue({ failing: true });
  queue.add(1);
  clock.advance(250);
  clock.advance(1000);
  clock.advance(1999);
  expect(state.tries).toBe(2);
  clock.advance(1);
  expect(state.tries).toBe(3);
  state.failing = false;
  clock.advance(4000);
  expect(written).toEqual([[1]]);
  queue.add(2);
  clock.advance(250);
  expect(written).toEqual([[1], [2]]);
});

test('while nothing can be written the oldest give way, and somebody hears of each', () => {
  const { queue, dropped } = createQueue({ failing: true });
  for (let row = 1; row <= 100; row++) queue.add(row);
  expect(queue.waiting.length).toBeLessThanOrEqual(10);
  expect(queue.waiting.at(-1)).toBe(100);
  expect([...dropped, ...queue.waiting]).toEqual(Array.from({ length: 100 }, (_, at) => at + 1));
});

test('a hopeless failure ends the tries', () => {
  const { clock, queue, state } = createQueue({ failing: true, hopeless: true });
  queue.add(1);
  clock.advance(250);
  queue.add(2);
  clock.advance(100_000);
  queue.flush();
  expect(state.tries).toBe(1);
  expect(queue.waiting).toEqual([1, 2]);
});

test('a flush does not try within a second of a failure, the end does', () => {
  const { clock, queue, written, state } = createQueue({ failing: true });
  queue.add(1);
  queue.flush();
  clock.advance(999);
  queue.flush();
  expect(state.tries).toBe(1);
  state.failing = false;
  queue.close();
  expect(written).toEqual([[1]]);
});
