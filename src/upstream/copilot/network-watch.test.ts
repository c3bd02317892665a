/** When a machine counts as moved to another network. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { createNetworkWatch } from './network-watch.ts';

test('other addresses are another network, once; the system is asked at most once a second', () => {
  const clock = createFakeClock();
  let asked = 0;
  let addresses = '10.0.0.7';
  const hasMoved = createNetworkWatch(clock, () => ((asked += 1), addresses));
  expect(hasMoved()).toBe(false);
  expect(asked).toBe(1);
  addresses = '192.168.1.7';
  expect(hasMoved()).toBe(false);
  clock.advance(1_000);
  expect(hasMoved()).toBe(true);
  clock.advance(1_000);
  expect(hasMoved()).toBe(false);
  expect(asked).toBe(3);
});

test('a machine that stays where it is has not moved', () => {
  const clock = createFakeClock();
  const hasMoved = createNetworkWatch(clock);
  clock.advance(60_000);
  expect(hasMoved()).toBe(false);
});
