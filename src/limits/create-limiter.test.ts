/** Who may start: turns, refusals, gaps, and leaving the queue. */
import { describe, expect, test } from 'vitest';
import { admittedNames, limiterRig, release, statusOf, type LimiterRig } from '../../test/support/limiter-rig.ts';

describe('turns', () => {
  const oneAtATime = { concurrency: 1, perSecond: 1000, burst: 1000 };

  async function drain(rig: LimiterRig) {
    for (let turn = 0; turn < 50; turn += 1) {
      for (const asked of rig.answered) release(asked);
      await rig.advance(1);
    }
  }

  test('first come, first served within a class', async () => {
    const rig = limiterRig(oneAtATime);
    for (const name of ['1', '2', '3', '4']) rig.ask(name);
    await drain(rig);
    expect(admittedNames(rig.answered)).toEqual(['1', '2', '3', '4']);
  });

  test('a human turn goes before the steps of agents', async () => {
    const rig = limiterRig(oneAtATime);
    for (const name of ['agent 1', 'agent 2', 'agent 3']) rig.ask(name);
    rig.ask('human 1', { initiator: 'user' });
    rig.ask('human 2', { initiator: 'user' });
    await drain(rig);
    expect(admittedNames(rig.answered)).toEqual(['agent 1', 'human 1', 'human 2', 'agent 2', 'agent 3']);
  });

  test('keys take turns', async () => {
    const rig = limiterRig(oneAtATime);
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) rig.ask(name, { keyId: name.charAt(0) });
    await drain(rig);
    expect(admittedNames(rig.answered)).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4']);
  });

  test('short calls start beside generations that fill all places', async () => {
    const rig = limiterRig(oneAtATime);
    for (const name of ['1', '2']) rig.ask(name);
    rig.ask('count', { kind: 'short' });
    await rig.advance(0);
    expect(admittedNames(rig.answered)).toEqual(['1', 'count']);
    expect(statusOf(rig)).toMatchObject({ running: 2, queued: 1 });
  });

  test('a queue full of generations, or known to be long, refuses no short call that may start', () => {
    const rig = limiterRig({ concurrency: 1, maxQueued: 2, perSecond: 0.1, burst: 2, maxWaitMs: 30_000 });
    for (const name of ['runs', '1', '2']) rig.ask(name);
    expect(rig.ask('count', { kind: 'short' }).admission).toMatchObject({ admitted: true, waitedMs: 0 });
    expect(rig.ask('3').admission).toMatchObject({ admitted: false, reason: 'queue-full' });
  });

  test('accounts know nothing of each other', () => {
    const rig = limiterRig({ concurrency: 1 });
    rig.ask('1');
    rig.limiter.observe('octo', { kind: 'rate-limited', retryAfterMs: 60_000 });
    expect(rig.ask('2', { accountName: 'other' }).admission).toMatchObject({ admitted: true, waitedMs: 0 });
    expect(rig.limiter.status('other').heldUntil).toBeNull();
  });
});

test('nobody overtakes in the moment between a start that is due and its timer', async () => {
  const rig = limiterRig({ perSecond: 3, burst: 1 });
  rig.ask('1');
  rig.ask('2');
  await rig.advance(333.5);
  expect(rig.ask('3').admission).toBeUndefined();
  await rig.advance(0);
  expect(admittedNames(rig.answered)).toEqual(['1', '2']);
});

describe('refusals', () => {
  test('more than may wait', () => {
    const rig = limiterRig({ concurrency: 1, maxQueued: 2 });
    for (const name of ['1', '2', '3']) rig.ask(name);
    expect(rig.ask('4').admission).toEqual({ admitted: false, reason: 'queue-full', retryAfterMs: 1_000 });
  });

  test('a human turn takes the place of the newest agent in a full queue', async () => {
    const rig = limiterRig({ concurrency: 1, maxQueued: 3 });
    for (const name of ['runs', 'human 1', 'agent 1', 'agent 2']) {
      rig.ask(name, { initiator: name.startsWith('human') ? 'user' : 'agent' });
    }
    const humans = ['human 2', 'human 3', 'human 4'].map((name) => rig.ask(name, { initiator: 'user' }));
    await rig.advance(0);
    expect(rig.answered.map(({ name, admission }) => [name, admission?.admitted])).toEqual([
      ['runs', true],
      ['human 4', false],
      ['agent 2', false],
      ['agent 1', false],
    ]);
    expect(humans.map(({ admission }) => admission !== undefined)).toEqual([false, false, true]);
    expect(statusOf(rig).queued).toBe(3);
  });

  test('a place that does not come in time', async () => {
    const rig = limiterRig({ concurrency: 1 });
    rig.ask('1');
    const second = rig.ask('2');
    await rig.advance(59_999);
    expect(second.admission).toBeUndefined();
    await rig.advance(1);
    expect(second.admission).toEqual({ admitted: false, reason: 'concurrency', retryAfterMs: 1_000 });
    expect(rig.clock.timers).toBe(0);
  });

  test('a wait that is known to be too long is refused at once, with its length', () => {
    const rig = limiterRig({ perSecond: 1, burst: 1, maxWaitMs: 3_000 });
    const asked = ['1', '2', '3', '4'].map((name) => rig.ask(name));
    expect(asked.map(({ admission }) => admission)).toEqual([
      expect.objectContaining({ admitted: true }),
      undefined,
      undefined,
      undefined,
    ]);
    expect(rig.ask('5').admission).toEqual({ admitted: false, reason: 'pace', retryAfterMs: 4_000 });
    // Whoever goes before those who wait does not wait as long.
    expect(rig.ask('6', { initiator: 'user' }).admission).toBeUndefined();
  });
});

describe('a gap between starts', () => {
  test('without waiting, what comes within it is refused with what is left of it', async () => {
    const rig = limiterRig({ minGapMs: 5_000 });
    expect(rig.ask('1').admission).toMatchObject({ admitted: true });
    await rig.advance(2_000);
    expect(rig.ask('2').admission).toEqual({ admitted: false, reason: 'pace', retryAfterMs: 3_000 });
    await rig.advance(3_000);
    expect(rig.ask('3').admission).toMatchObject({ admitted: true });
  });

  test('without waiting, nobody waits behind somebody who waits for something else', async () => {
    const rig = limiterRig({ minGapMs: 5_000 });
    rig.limiter.observe('octo', { kind: 'rate-limited', retryAfterMs: 3_000 });
    const first = rig.ask('1');
    expect(rig.ask('2').admission).toEqual({ admitted: false, reason: 'pace', retryAfterMs: 5_000 });
    await rig.advance(3_000);
    expect(first.admission).toMatchObject({ admitted: true, waitedMs: 3_000 });
  });

  test('waiting without a gap has its usual end', async () => {
    const rig = limiterRig({ wait: true, concurrency: 1 });
    rig.ask('1');
    const second = rig.ask('2');
    await rig.advance(60_000);
    expect(second.admission).toMatchObject({ admitted: false, reason: 'concurrency' });
  });

  test('with waiting, one starts a gap, however many wait and however long', async () => {
    const rig = limiterRig({ minGapMs: 20_000, wait: true });
    for (let index = 0; index < 10; index += 1) rig.ask(String(index));
    await rig.advance(19_999);
    expect(rig.answered).toHaveLength(1);
    for (let gap = 0; gap < 10; gap += 1) await rig.advance(20_000);
    expect(rig.answered.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 10 }, (_, index) => index * 20_000));
    expect(rig.answered[9]?.admission).toMatchObject({ admitted: true, waitedMs: 180_000 });
  });
});

describe('leaving', () => {
  test('a waiter who leaves gets the reason of its signal, and leaves no trace', async () => {
    const rig = limiterRig({ concurrency: 1 });
    const first = rig.ask('1');
    const left = rig.ask('2');
    const reason = new Error('gone');
    left.aborter.abort(reason);
    await rig.advance(0);
    expect(left.failure).toBe(reason);
    expect(statusOf(rig)).toMatchObject({ running: 1, queued: 0 });
    expect(rig.clock.timers).toBe(0);
    release(first);
    expect(statusOf(rig).running).toBe(0);
    expect(rig.ask('3').admission).toMatchObject({ admitted: true });
  });

  test('whoever has left already is not admitted', async () => {
    const rig = limiterRig();
    const reason = new Error('gone');
    const asked = rig.ask('1', { signal: AbortSignal.abort(reason) });
    await rig.advance(0);
    expect(asked.failure).toBe(reason);
    expect(statusOf(rig).running).toBe(0);
  });

  test('a place is given back once, however often it is released', async () => {
    const rig = limiterRig({ concurrency: 2 });
    const [first, second] = [rig.ask('1'), rig.ask('2')];
    rig.ask('3');
    rig.ask('4');
    release(first);
    release(first);
    await rig.advance(0);
    expect(admittedNames(rig.answered)).toEqual(['1', '2', '3']);
    release(second);
    expect(statusOf(rig)).toMatchObject({ running: 2, queued: 0 });
  });

  test('an abort after the start changes nothing', async () => {
    const rig = limiterRig({ concurrency: 1 });
    const [first, second] = [rig.ask('1'), rig.ask('2')];
    release(first);
    await rig.advance(0);
    second.aborter.abort();
    await rig.advance(0);
    expect(second.failure).toBeUndefined();
    expect(statusOf(rig).running).toBe(1);
  });
});
