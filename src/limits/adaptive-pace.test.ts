/** When calls start: never above the curve, and never while GitHub holds the account. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import {
  admittedNames,
  limiterRig,
  release,
  settled,
  statusOf,
  type Asked,
  type LimiterRig,
} from '../../test/support/limiter-rig.ts';
import { defaultConfig, type PaceConfig } from '../config/config.ts';
import { createLimiter } from './create-limiter.ts';

const { pace } = defaultConfig.limits;

/** Never more than the burst and what the rate earned, in any window. */
function expectWithinCurve(startsMs: readonly number[], { burst, perSecond }: PaceConfig) {
  for (const [first, fromMs] of startsMs.entries()) {
    for (let last = first; last < startsMs.length; last += 1) {
      const allowed = burst + (((startsMs[last] ?? 0) - fromMs) / 1000) * perSecond;
      if (last - first + 1 > allowed + 0.001)
        expect.fail(`${last - first + 1} starts in ${(startsMs[last] ?? 0) - fromMs} ms`);
    }
  }
}

describe('the curve', () => {
  test('10,000 arrivals in a second never start above it', async () => {
    const rig = limiterRig();
    for (let arrival = 0; arrival < 10_000; arrival += 1) {
      release(rig.ask(String(arrival)));
      rig.clock.advance(0.1);
    }
    await settled();
    for (let step = 0; step < 700; step += 1) {
      await rig.advance(100);
      for (const asked of rig.answered) release(asked);
    }
    const starts = rig.answered.filter(({ admission }) => admission?.admitted).map(({ atMs }) => atMs);
    expectWithinCurve(starts, pace);
    // 32 at once, then four a second for a minute.
    expect(starts.length).toBeGreaterThan(260);
    expect(starts.length).toBeLessThanOrEqual(pace.burst + 62 * pace.perSecond);
    expect(rig.answered).toHaveLength(10_000);
    expect(statusOf(rig)).toMatchObject({ running: 0, queued: 0 });
    expect(rig.clock.timers).toBe(0);
  });

  const arrival = fc.record({
    afterMs: fc.integer({ min: 0, max: 400 }),
    lastsMs: fc.integer({ min: 0, max: 5_000 }),
    leavesAfterMs: fc.option(fc.integer({ min: 0, max: 3_000 })),
    keyId: fc.constantFrom('a', 'b', 'c'),
    initiator: fc.constantFrom('user', 'agent'),
    kind: fc.constantFrom('generation', 'generation', 'short'),
    outcome: fc.constantFrom('served', 'served', 'served', 'rate-limited', 'unknown'),
  });
  const settings = fc.record({
    concurrency: fc.integer({ min: 1, max: 4 }),
    perSecond: fc.integer({ min: 1, max: 10 }),
    burst: fc.integer({ min: 1, max: 8 }),
    minGapMs: fc.constantFrom(0, 0, 300),
    wait: fc.boolean(),
    maxQueued: fc.integer({ min: 0, max: 20 }),
    maxWaitMs: fc.integer({ min: 0, max: 10_000 }),
  });

  test('whatever comes: within places, pace and queue, everybody is answered, and nothing is left', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(arrival, { maxLength: 60 }), async (chosen, arrivals) => {
        const config = { ...pace, ...chosen };
        const rig = limiterRig(config);
        const running = { generation: 0, short: 0 };
        const done: Asked[] = [];
        const all: Asked[] = [];
        const seen = new Set<Asked>();
        /** Plays the exchanges of those who were just admitted. */
        const play = () => {
          for (const asked of rig.answered) {
            if (seen.has(asked)) continue;
            seen.add(asked);
            const { admission } = asked;
            if (!admission?.admitted) continue;
            const { kind, lastsMs, outcome } = arrivals[Number(asked.name)] ?? expect.fail('unknown');
            running[kind] += 1;
            expect(running[kind]).toBeLessThanOrEqual(config.concurrency);
            rig.clock.after(lastsMs, () => {
              running[kind] -= 1;
              done.push(asked);
              if (outcome === 'rate-limited') rig.limiter.observe('octo', { kind: 'rate-limited', retryAfterMs: 700 });
              else if (outcome === 'served') rig.limiter.observe('octo', { kind: 'served' });
              admission.release();
              admission.release();
            });
          }
        };
        const step = async (byMs: number) => {
          await rig.advance(byMs);
          play();
          expect(statusOf(rig).queued).toBeLessThanOrEqual(config.maxQueued);
        };
        for (const [index, { afterMs, leavesAfterMs, ...request }] of arrivals.entries()) {
          await step(afterMs);
          const { keyId, initiator, kind } = request;
          const asked = rig.ask(String(index), { keyId, initiator, kind });
          all.push(asked);
          if (leavesAfterMs !== null) rig.clock.after(leavesAfterMs, () => asked.aborter.abort(new Error('left')));
          play();
        }
        for (let tries = 0; tries < 2_000 && statusOf(rig).running + statusOf(rig).queued > 0; tries += 1)
          await step(100);

        const starts = rig.answered.filter(({ admission }) => admission?.admitted).map(({ atMs }) => atMs);
        expectWithinCurve(starts, config);
        for (const [index, atMs] of starts.entries()) {
          if (index > 0) expect(atMs - (starts[index - 1] ?? 0)).toBeGreaterThanOrEqual(config.minGapMs);
        }
        for (const { admission, failure, askedMs, atMs } of all) {
          expect(admission !== undefined || failure instanceof Error).toBe(true);
          if (!config.wait && admission?.admitted) expect(atMs - askedMs).toBeLessThanOrEqual(config.maxWaitMs + 1);
        }
        expect(statusOf(rig)).toMatchObject({ running: 0, queued: 0 });
        await rig.advance(60_000);
        expect(rig.clock.timers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a rate limit', () => {
  const limited = (retryAfterMs: number) => ({ kind: 'rate-limited', retryAfterMs }) as const;

  test('holds everybody until it is over, then they start one by one', async () => {
    const rig = limiterRig();
    release(rig.ask('1'));
    rig.limiter.observe('octo', limited(10_000));
    expect(statusOf(rig).heldUntil).toBe(rig.clock.now() + 10_000);
    for (const name of ['2', '3', '4']) rig.ask(name);
    await rig.advance(9_999);
    expect(rig.answered).toHaveLength(1);
    await rig.advance(1);
    expect(admittedNames(rig.answered)).toEqual(['1', '2']);
    await rig.advance(1_000);
    expect(rig.answered.map(({ atMs }) => atMs)).toEqual([0, 10_000, 10_500, 11_000]);
    expect(statusOf(rig).heldUntil).toBeNull();
  });

  test('that outlasts the queue refuses at once, also those who wait already', async () => {
    const rig = limiterRig({ concurrency: 1 });
    rig.ask('1');
    const waiting = rig.ask('2');
    rig.limiter.observe('octo', limited(90_000));
    await rig.advance(0);
    const refusal = { admitted: false, reason: 'pace', retryAfterMs: 90_000 };
    expect(waiting.admission).toEqual(refusal);
    expect(rig.clock.timers).toBe(0);
    expect(rig.ask('3').admission).toEqual(refusal);
    await rig.advance(30_000);
    expect(rig.ask('4').admission).toBeUndefined();
    expect(rig.clock.timers).toBe(1);
  });

  test('that is told again while it holds is the same one', () => {
    const rig = limiterRig();
    for (let index = 0; index < 16; index += 1) rig.ask(String(index));
    for (let index = 0; index < 16; index += 1) rig.limiter.observe('octo', limited(5_000));
    expect(statusOf(rig)).toMatchObject({ perSecond: 2, concurrency: 8, heldUntil: rig.clock.now() + 5_000 });
    rig.limiter.observe('octo', limited(1_000));
    expect(statusOf(rig).heldUntil).toBe(rig.clock.now() + 5_000);
  });

  test('is not undone, nor made worse, by what was under way and is served', () => {
    const rig = limiterRig();
    rig.limiter.observe('octo', limited(60_000));
    rig.limiter.observe('octo', { kind: 'served' });
    expect(statusOf(rig)).toMatchObject({ perSecond: 2, concurrency: 8, heldUntil: rig.clock.now() + 60_000 });
  });

  test('lowers rate and places, and answers raise them again slowly', async () => {
    const rig = limiterRig();
    for (let round = 0; round < 8; round += 1) {
      rig.limiter.observe('octo', limited(1_000));
      await rig.advance(1_000);
    }
    expect(statusOf(rig)).toMatchObject({ perSecond: 0.25, concurrency: 1 });
    rig.limiter.observe('octo', { kind: 'served' });
    expect(statusOf(rig).perSecond).toBe(0.25);
    const rates: number[] = [];
    for (let quarter = 0; quarter < 17; quarter += 1) {
      await rig.advance(15_000);
      rig.limiter.observe('octo', { kind: 'served' });
      rates.push(statusOf(rig).perSecond);
    }
    expect(rates[0]).toBe(0.5);
    expect(rates.indexOf(4)).toBe(14);
    expect(statusOf(rig)).toMatchObject({ perSecond: 4, concurrency: 16 });
  });

  test('is over after a sleep of the machine, by the wall clock', () => {
    const fake = createFakeClock();
    let sleptMs = 0;
    const clock = { ...fake, now: () => fake.now() + sleptMs };
    const limiter = createLimiter({ config: pace, clock });
    limiter.observe('octo', limited(3_600_000));
    sleptMs = 8 * 3_600_000;
    expect(limiter.status('octo').heldUntil).toBeNull();
    const { signal } = new AbortController();
    const request = { accountName: 'octo', keyId: 'k', initiator: 'user', kind: 'generation', signal } as const;
    expect(limiter.admit(request)).toMatchObject({ admitted: true });
    // And what comes next is earned from then on, at the lowered rate.
    fake.advance(500);
    expect(limiter.admit(request)).toMatchObject({ admitted: true });
  });

  test('that outlasts the queue refuses also those who would wait for a gap as long as it takes', async () => {
    const rig = limiterRig({ minGapMs: 1_000, wait: true });
    rig.ask('1');
    const waiting = rig.ask('2');
    rig.limiter.observe('octo', limited(61_000));
    await rig.advance(0);
    expect(waiting.admission).toMatchObject({ admitted: false, retryAfterMs: 61_000 });
    expect(rig.ask('3').admission).toMatchObject({ admitted: false, retryAfterMs: 61_000 });
  });

  test('counts into what a wait is known to be', () => {
    const rig = limiterRig({ perSecond: 1, burst: 1, maxWaitMs: 12_500 });
    rig.limiter.observe('octo', limited(10_000));
    expect(['1', '2'].map((name) => rig.ask(name).admission)).toEqual([undefined, undefined]);
    const third = rig.ask('3').admission;
    expect(third).toMatchObject({ admitted: false, reason: 'pace' });
    expect(third?.admitted === false && Math.round(third.retryAfterMs / 100)).toBe(140);
  });

  test('lowers the burst, and what is earned meanwhile is earned at the lowered rate', async () => {
    const startable = (rig: LimiterRig) => {
      let count = 0;
      for (let asked = rig.ask('x'); asked.admission?.admitted; asked = rig.ask('x')) count += 1;
      return count;
    };
    const bursting = limiterRig({ concurrency: 1_000, maxQueued: 0 });
    bursting.limiter.observe('octo', limited(1_000));
    await bursting.advance(600_000);
    expect(startable(bursting)).toBe(16);

    const earning = limiterRig({ concurrency: 1_000, burst: 1_000, maxQueued: 0 });
    earning.limiter.observe('octo', limited(1_000));
    await earning.advance(1_000);
    expect(startable(earning)).toBe(1);
    await earning.advance(15_000);
    earning.limiter.observe('octo', { kind: 'served' });
    expect(startable(earning)).toBe(30);
  });

  test('that fades gives places back to those who wait', async () => {
    const rig = limiterRig({ concurrency: 16 });
    rig.limiter.observe('octo', limited(1_000));
    await rig.advance(20_000);
    for (let index = 0; index < 9; index += 1) rig.ask(String(index));
    expect(statusOf(rig)).toMatchObject({ running: 8, queued: 1, concurrency: 8 });
    rig.limiter.observe('octo', { kind: 'served' });
    expect(statusOf(rig)).toMatchObject({ running: 9, queued: 0, concurrency: 9 });
  });

  test('of an absurd length ends after a day', () => {
    const rig = limiterRig();
    rig.limiter.observe('octo', limited(1e15));
    expect(statusOf(rig).heldUntil).toBe(rig.clock.now() + 24 * 3_600_000);
  });
});
