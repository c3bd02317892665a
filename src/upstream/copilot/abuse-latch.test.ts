/** The latch by itself: what it remembers, and what it makes of a memory that is spoilt. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { abuseLatchFact, createAbuseLatch } from './abuse-latch.ts';

const blocked = new ProxyError('upstream_forbidden', 'suspended', { upstreamStatus: 403 });

function setUp(facts: Map<string, string> = new Map()) {
  const clock = createFakeClock();
  const notices: string[] = [];
  const open = (accountName = 'octo') =>
    createAbuseLatch({
      accountName,
      clock,
      memory: { get: (key) => facts.get(key), set: (key, value) => void facts.set(key, value) },
      notice: (level, message) => void notices.push(`${level}: ${message}`),
    });
  return { clock, facts, notices, open };
}

test('holds from the first word of abuse until it is lifted, across restarts, for its account alone', () => {
  const { clock, notices, open } = setUp();
  const latch = open();
  expect([latch.refusal(), latch.since()]).toEqual([null, null]);
  latch.blocked(blocked);
  latch.blocked(blocked);
  expect(latch.refusal()).toMatchObject({ code: 'upstream_forbidden', upstreamStatus: 403 });
  expect(notices).toHaveLength(1);
  const since = clock.now();
  clock.advance(1000);
  expect(open().since()).toBe(since);
  expect(open().refusal()?.message).toMatch(/crossfeed resume.*suspended/);
  expect(open('hubot').refusal()).toBeNull();
  latch.lift();
  latch.lift();
  expect(latch.refusal()).toBeNull();
  expect(open().refusal()).toBeNull();
  expect(notices).toHaveLength(2);
});

test('counts refusals of the last five minutes, and begins anew once lifted', () => {
  const { clock, open } = setUp();
  const latch = open();
  for (const waitMs of [0, 299_999, 1, 299_998]) {
    clock.advance(waitMs);
    latch.refusedAfterRefresh(blocked);
    if (waitMs !== 299_998) expect(latch.refusal()).toBeNull();
  }
  expect(latch.refusal()).not.toBeNull();
  latch.lift();
  latch.refusedAfterRefresh(blocked);
  latch.refusedAfterRefresh(blocked);
  expect(latch.refusal()).toBeNull();
});

test('a memory that cannot be read still holds', () => {
  const { open } = setUp(new Map([[abuseLatchFact('octo'), '{"since":']]));
  expect(open().refusal()).toMatchObject({ code: 'upstream_forbidden' });
  expect(open().since()).toBe(0);
});
