/** Tests of the limit on wrong keys. */
import { expect, test } from 'vitest';
import { createWrongKeyLimiter } from './wrong-key-limiter.ts';

function atTime() {
  const time = { nowMs: 0 };
  const clock = { now: () => 0, monotonic: () => time.nowMs, after: () => ({ cancel() {} }) };
  return { time, limiter: createWrongKeyLimiter(clock) };
}

test('the 21st wrong key within 10 s has to wait for the rest of them', () => {
  const { time, limiter } = atTime();
  for (let tries = 0; tries < 20; tries += 1) expect(limiter.count('peer')).toBeUndefined();
  time.nowMs = 4_000;
  expect(limiter.count('peer')).toBe(6_000);
  expect(limiter.count('another peer')).toBeUndefined();
  time.nowMs = 10_000;
  expect(limiter.count('peer')).toBeUndefined();
});

test('the window is counted from its first wrong key, whenever that was', () => {
  const { time, limiter } = atTime();
  time.nowMs = 50_000;
  for (let tries = 0; tries < 20; tries += 1) limiter.count('peer');
  time.nowMs = 59_999;
  expect(limiter.count('peer')).toBe(1);
  time.nowMs = 60_000;
  expect(limiter.count('peer')).toBeUndefined();
});

test('ten thousand peers are remembered, and with one more all are forgotten', () => {
  const { limiter } = atTime();
  for (let tries = 0; tries < 20; tries += 1) limiter.count('peer');
  for (let peer = 1; peer < 10_000; peer += 1) limiter.count(`peer ${peer}`);
  expect(limiter.count('peer')).toBe(10_000);
  limiter.count('one more');
  expect(limiter.count('peer')).toBeUndefined();
});
