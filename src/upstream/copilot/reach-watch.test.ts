/** Who tries an origin that is out of reach, and who is told. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { createReachWatch } from './reach-watch.ts';

const [here, there] = ['https://one.example', 'https://two.example'];

test('B-120 one call in five seconds tries an origin that is out of reach; the others are told when', () => {
  const clock = createFakeClock();
  const reach = createReachWatch(clock);
  const ask = (origin = here) => reach.refusal(origin, 'one.example');
  expect(ask()).toBeNull();
  reach.lost(here);
  expect(ask()).toMatchObject({ code: 'upstream_overloaded', retryAfterMs: 5_000 });
  clock.advance(3_200);
  expect(ask()).toMatchObject({ retryAfterMs: 1_800, message: expect.stringContaining('in 2 s') });
  expect(ask(there)).toBeNull();
  clock.advance(1_800);
  expect([ask(), ask()?.code, ask()?.code]).toEqual([null, 'upstream_overloaded', 'upstream_overloaded']);
  reach.reached(here);
  expect([ask(), ask()]).toEqual([null, null]);
});

test('another network begins anew', () => {
  const reach = createReachWatch(createFakeClock());
  reach.lost(here);
  reach.forget();
  expect(reach.refusal(here, 'one.example')).toBeNull();
});
