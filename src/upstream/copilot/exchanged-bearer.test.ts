/** Renewal of Copilot tokens under a clock that the test owns. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { createExchangedBearer } from './exchanged-bearer.ts';
import type { TokenEnvelope } from './token-exchange.ts';

const minuteMs = 60_000;

function setUp(refreshInSeconds: unknown = 1500) {
  const clock = createFakeClock();
  let wallShiftMs = 0;
  let failure: Error | null = null;
  let calls = 0;
  const source = createExchangedBearer({
    clock: { ...clock, now: () => clock.now() + wallShiftMs },
    random: () => 0.5,
    notice: () => undefined,
    async exchange(): Promise<TokenEnvelope> {
      calls += 1;
      if (failure !== null) throw failure;
      return { token: `t${calls}`, refreshInSeconds, apiOrigin: undefined };
    },
  });
  return {
    clock,
    source,
    calls: () => calls,
    failWith: (error: Error | null) => void (failure = error),
    shiftWall: (byMs: number) => void (wallShiftMs += byMs),
  };
}

const down = new ProxyError('upstream_error', 'down');
/** Lets background renewals settle. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

test('a thousand waiters share one exchange', async () => {
  const { source, calls } = setUp();
  const bearers = await Promise.all(Array.from({ length: 1000 }, () => source.get()));
  expect(new Set(bearers).size).toBe(1);
  expect(calls()).toBe(1);
});

test('renews early in the background while the old token serves', async () => {
  const { source, clock, calls } = setUp();
  const first = await source.get();
  clock.advance(20 * minuteMs);
  expect(source.peek()).toBe(first);
  expect(calls()).toBe(1);
  clock.advance(2 * minuteMs);
  expect(source.peek()).toBe(first);
  await settle();
  expect(calls()).toBe(2);
  expect(source.peek()?.value).toBe('t2');
});

test('keeps the old token to its end while renewals fail, and recovers', async () => {
  const { source, clock, failWith, calls } = setUp();
  await source.get();
  failWith(down);
  clock.advance(22 * minuteMs);
  expect((await source.get()).value).toBe('t1');
  await settle();
  expect(source.problem()).toBe(down);
  clock.advance(5 * minuteMs);
  await expect(source.get()).rejects.toBe(down);
  const tried = calls();
  // Within the back-off the last error comes at once, and nobody is asked.
  await expect(source.get()).rejects.toBe(down);
  expect(calls()).toBe(tried);
  failWith(null);
  clock.advance(2 * minuteMs);
  expect((await source.get()).value).toBe(`t${tried + 1}`);
  expect(source.problem()).toBeNull();
});

test('an hour of failures costs at most seventy exchanges, the first waits being short', async () => {
  const { source, clock, failWith, calls } = setUp();
  failWith(down);
  for (let second = 0; second < 3600; second += 1) {
    await source.get().catch(() => undefined);
    if (second === 10) expect(calls()).toBeGreaterThanOrEqual(4);
    clock.advance(1000);
  }
  expect(calls()).toBeLessThanOrEqual(70);
  expect(calls()).toBeGreaterThan(40);
});

test('where nothing was reached the wait stays short', async () => {
  const { source, clock, failWith } = setUp();
  const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
  failWith(new ProxyError('upstream_unreachable', 'offline', { cause }));
  for (let tries = 0; tries < 20; tries += 1) {
    await source.get().catch(() => undefined);
    clock.advance(5000);
  }
  failWith(null);
  expect((await source.get()).value).toBe('t21');
});

test.each([
  [undefined, 25],
  ['x', 25],
  [null, 25],
  [0, 1],
  [-5, 1],
  [1e9, 25],
  [600, 10],
])('refresh_in %j is held to %d minutes', async (refreshIn, minutes) => {
  const { source, clock, calls } = setUp(refreshIn);
  const bearer = await source.get();
  expect((bearer.expires ?? 0) - bearer.since).toBe((minutes + 1) * minuteMs);
  clock.advance(59_000);
  source.peek();
  await settle();
  expect(calls()).toBe(1);
  clock.advance(minutes * minuteMs + 2000);
  expect(source.peek()).toBeNull();
});

test('a token is dead when either clock says so: after a night asleep the monotonic clock knows nothing', async () => {
  const { source, shiftWall, calls } = setUp();
  await source.get();
  shiftWall(8 * 60 * minuteMs);
  expect(source.peek()).toBeNull();
  expect((await source.get()).value).toBe('t2');
  // A clock put back neither kills nor immortalises.
  shiftWall(-24 * 60 * minuteMs);
  expect(source.peek()?.value).toBe('t2');
  expect(calls()).toBe(2);
});

test('a token whose wall clock was put back still ends', async () => {
  const { source, shiftWall, clock } = setUp();
  await source.get();
  shiftWall(-24 * 60 * minuteMs);
  clock.advance(27 * minuteMs);
  expect(source.peek()).toBeNull();
});

test('a refused token is replaced once, however many report it', async () => {
  const { source, calls } = setUp();
  const first = await source.get();
  for (let reports = 0; reports < 100; reports += 1) {
    source.invalidate(first);
    await source.get();
  }
  expect(calls()).toBe(2);
});

test('tokens that are refused one after another are no storm, and refusals of one model stop no other', async () => {
  const { source, calls, clock } = setUp();
  for (let round = 0; round < 50; round += 1) source.invalidate(await source.get());
  expect(calls()).toBe(21);
  // The last token serves on: those refusals may have been about one model.
  expect((await source.get()).value).toBe('t21');
  clock.advance(minuteMs);
  source.invalidate(await source.get());
  expect((await source.get()).value).toBe('t22');
});
