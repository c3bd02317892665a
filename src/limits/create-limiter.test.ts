/** Who may start when: the curve, turns, refusals, waits that GitHub asks for, and leaving the queue. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock, type FakeClock } from '../../test/support/fake-clock.ts';
import { defaultConfig, type PaceConfig } from '../config/config.ts';
import { createLimiter } from './create-limiter.ts';
import type { Admission, AdmissionRequest, Limiter } from './limiter.ts';

const { pace } = defaultConfig.limits;

interface Asked {
  readonly name: string;
  readonly aborter: AbortController;
  admission: Admission | undefined;
  failure: unknown;
  readonly askedMs: number;
  /** When it was answered: what a promise says is read later. */
  atMs: number;
}

interface Rig {
  readonly clock: FakeClock;
  readonly limiter: Limiter;
  /** What was answered, in the order of the answers. */
  readonly answered: Asked[];
  ask(name: string, request?: Partial<AdmissionRequest>): Asked;
  /** Moves time on and lets every promise settle. */
  advance(byMs: number): Promise<void>;
}

/** Promises settle in a turn of their own. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

function rigOf(config: Partial<PaceConfig> = {}): Rig {
  const clock = createFakeClock();
  const limiter = createLimiter({ config: { ...pace, ...config }, clock });
  const answered: Asked[] = [];
  return {
    clock,
    limiter,
    answered,
    ask(name, request = {}) {
      const aborter = new AbortController();
      const askedMs = clock.monotonic();
      const asked: Asked = { name, aborter, admission: undefined, failure: undefined, askedMs, atMs: askedMs };
      const take = (admission: Admission) => {
        asked.admission = admission;
        asked.atMs = admission.admitted ? askedMs + admission.waitedMs : clock.monotonic();
        answered.push(asked);
      };
      const full: AdmissionRequest = {
        accountName: 'octo',
        keyId: 'key',
        initiator: 'agent',
        kind: 'generation',
        signal: aborter.signal,
        ...request,
      };
      const admission = limiter.admit(full);
      if (admission instanceof Promise) admission.then(take, (reason: unknown) => (asked.failure = reason));
      else take(admission);
      return asked;
    },
    async advance(byMs) {
      clock.advance(byMs);
      await settled();
    },
  };
}

const release = ({ admission }: Asked) => admission?.admitted && admission.release();
const names = (list: readonly Asked[]) => list.filter(({ admission }) => admission?.admitted).map(({ name }) => name);
const status = ({ limiter }: Rig) => limiter.status('octo');

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
    const rig = rigOf();
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
    expect(status(rig)).toMatchObject({ running: 0, queued: 0 });
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
        const rig = rigOf(config);
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
          expect(status(rig).queued).toBeLessThanOrEqual(config.maxQueued);
        };
        for (const [index, { afterMs, leavesAfterMs, ...request }] of arrivals.entries()) {
          await step(afterMs);
          const { keyId, initiator, kind } = request;
          const asked = rig.ask(String(index), { keyId, initiator, kind });
          all.push(asked);
          if (leavesAfterMs !== null) rig.clock.after(leavesAfterMs, () => asked.aborter.abort(new Error('left')));
          play();
        }
        for (let tries = 0; tries < 2_000 && status(rig).running + status(rig).queued > 0; tries += 1) await step(100);

        const starts = rig.answered.filter(({ admission }) => admission?.admitted).map(({ atMs }) => atMs);
        expectWithinCurve(starts, config);
        for (const [index, atMs] of starts.entries()) {
          if (index > 0) expect(atMs - (starts[index - 1] ?? 0)).toBeGreaterThanOrEqual(config.minGapMs);
        }
        for (const { admission, failure, askedMs, atMs } of all) {
          expect(admission !== undefined || failure instanceof Error).toBe(true);
          if (!config.wait && admission?.admitted) expect(atMs - askedMs).toBeLessThanOrEqual(config.maxWaitMs + 1);
        }
        expect(status(rig)).toMatchObject({ running: 0, queued: 0 });
        await rig.advance(60_000);
        expect(rig.clock.timers).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});

describe('turns', () => {
  const oneAtATime = { concurrency: 1, perSecond: 1000, burst: 1000 };

  async function drain(rig: Rig) {
    for (let turn = 0; turn < 50; turn += 1) {
      for (const asked of rig.answered) release(asked);
      await rig.advance(1);
    }
  }

  test('first come, first served within a class', async () => {
    const rig = rigOf(oneAtATime);
    for (const name of ['1', '2', '3', '4']) rig.ask(name);
    await drain(rig);
    expect(names(rig.answered)).toEqual(['1', '2', '3', '4']);
  });

  test('a human turn goes before the steps of agents', async () => {
    const rig = rigOf(oneAtATime);
    for (const name of ['agent 1', 'agent 2', 'agent 3']) rig.ask(name);
    rig.ask('human 1', { initiator: 'user' });
    rig.ask('human 2', { initiator: 'user' });
    await drain(rig);
    expect(names(rig.answered)).toEqual(['agent 1', 'human 1', 'human 2', 'agent 2', 'agent 3']);
  });

  test('keys take turns', async () => {
    const rig = rigOf(oneAtATime);
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) rig.ask(name, { keyId: name.charAt(0) });
    await drain(rig);
    expect(names(rig.answered)).toEqual(['a1', 'a2', 'b1', 'a3', 'b2', 'a4']);
  });

  test('short calls start beside generations that fill all places', async () => {
    const rig = rigOf(oneAtATime);
    for (const name of ['1', '2']) rig.ask(name);
    rig.ask('count', { kind: 'short' });
    await rig.advance(0);
    expect(names(rig.answered)).toEqual(['1', 'count']);
    expect(status(rig)).toMatchObject({ running: 2, queued: 1 });
  });

  test('accounts know nothing of each other', () => {
    const rig = rigOf({ concurrency: 1 });
    rig.ask('1');
    rig.limiter.observe('octo', { kind: 'rate-limited', retryAfterMs: 60_000 });
    expect(rig.ask('2', { accountName: 'other' }).admission).toMatchObject({ admitted: true, waitedMs: 0 });
    expect(rig.limiter.status('other').heldUntil).toBeNull();
  });
});

describe('refusals', () => {
  test('more than may wait', () => {
    const rig = rigOf({ concurrency: 1, maxQueued: 2 });
    for (const name of ['1', '2', '3']) rig.ask(name);
    expect(rig.ask('4').admission).toEqual({ admitted: false, reason: 'queue-full', retryAfterMs: 1_000 });
  });

  test('a place that does not come in time', async () => {
    const rig = rigOf({ concurrency: 1 });
    rig.ask('1');
    const second = rig.ask('2');
    await rig.advance(59_999);
    expect(second.admission).toBeUndefined();
    await rig.advance(1);
    expect(second.admission).toEqual({ admitted: false, reason: 'concurrency', retryAfterMs: 1_000 });
    expect(rig.clock.timers).toBe(0);
  });

  test('a wait that is known to be too long is refused at once, with its length', () => {
    const rig = rigOf({ perSecond: 1, burst: 1, maxWaitMs: 3_000 });
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
    const rig = rigOf({ minGapMs: 5_000 });
    expect(rig.ask('1').admission).toMatchObject({ admitted: true });
    await rig.advance(2_000);
    expect(rig.ask('2').admission).toEqual({ admitted: false, reason: 'pace', retryAfterMs: 3_000 });
    await rig.advance(3_000);
    expect(rig.ask('3').admission).toMatchObject({ admitted: true });
  });

  test('with waiting, one starts a gap, however many wait and however long', async () => {
    const rig = rigOf({ minGapMs: 20_000, wait: true });
    for (let index = 0; index < 10; index += 1) rig.ask(String(index));
    await rig.advance(19_999);
    expect(rig.answered).toHaveLength(1);
    for (let gap = 0; gap < 10; gap += 1) await rig.advance(20_000);
    expect(rig.answered.map(({ atMs }) => atMs)).toEqual(Array.from({ length: 10 }, (_, index) => index * 20_000));
    expect(rig.answered[9]?.admission).toMatchObject({ admitted: true, waitedMs: 180_000 });
  });
});

describe('a rate limit', () => {
  const limited = (retryAfterMs: number) => ({ kind: 'rate-limited', retryAfterMs }) as const;

  test('holds everybody until it is over, then they start one by one', async () => {
    const rig = rigOf();
    release(rig.ask('1'));
    rig.limiter.observe('octo', limited(10_000));
    expect(status(rig).heldUntil).toBe(rig.clock.now() + 10_000);
    for (const name of ['2', '3', '4']) rig.ask(name);
    await rig.advance(9_999);
    expect(rig.answered).toHaveLength(1);
    await rig.advance(1);
    expect(names(rig.answered)).toEqual(['1', '2']);
    await rig.advance(1_000);
    expect(rig.answered.map(({ atMs }) => atMs)).toEqual([0, 10_000, 10_500, 11_000]);
    expect(status(rig).heldUntil).toBeNull();
  });

  test('that outlasts the queue refuses at once, also those who wait already', async () => {
    const rig = rigOf({ concurrency: 1 });
    rig.ask('1');
    const waiting = rig.ask('2');
    rig.limiter.observe('octo', limited(90_000));
    await rig.advance(0);
    const refusal = { admitted: false, reason: 'pace', retryAfterMs: 90_000 };
    expect(waiting.admission).toEqual(refusal);
    expect(rig.ask('3').admission).toEqual(refusal);
    await rig.advance(30_000);
    expect(rig.ask('4').admission).toBeUndefined();
    expect(rig.clock.timers).toBe(1);
  });

  test('that is told again while it holds is the same one', () => {
    const rig = rigOf();
    for (let index = 0; index < 16; index += 1) rig.ask(String(index));
    for (let index = 0; index < 16; index += 1) rig.limiter.observe('octo', limited(5_000));
    expect(status(rig)).toMatchObject({ perSecond: 2, concurrency: 8, heldUntil: rig.clock.now() + 5_000 });
    rig.limiter.observe('octo', limited(1_000));
    expect(status(rig).heldUntil).toBe(rig.clock.now() + 5_000);
  });

  test('lowers rate and places, and answers raise them again slowly', async () => {
    const rig = rigOf();
    for (let round = 0; round < 8; round += 1) {
      rig.limiter.observe('octo', limited(1_000));
      await rig.advance(1_000);
    }
    expect(status(rig)).toMatchObject({ perSecond: 0.25, concurrency: 1 });
    rig.limiter.observe('octo', { kind: 'served' });
    expect(status(rig).perSecond).toBe(0.25);
    const rates: number[] = [];
    for (let quarter = 0; quarter < 17; quarter += 1) {
      await rig.advance(15_000);
      rig.limiter.observe('octo', { kind: 'served' });
      rates.push(status(rig).perSecond);
    }
    expect(rates[0]).toBe(0.5);
    expect(rates.indexOf(4)).toBe(14);
    expect(status(rig)).toMatchObject({ perSecond: 4, concurrency: 16 });
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
  });

  test('of an absurd length ends after a day', () => {
    const rig = rigOf();
    rig.limiter.observe('octo', limited(1e15));
    expect(status(rig).heldUntil).toBe(rig.clock.now() + 24 * 3_600_000);
  });
});

describe('leaving', () => {
  test('a waiter who leaves gets the reason of its signal, and leaves no trace', async () => {
    const rig = rigOf({ concurrency: 1 });
    const first = rig.ask('1');
    const left = rig.ask('2');
    const reason = new Error('gone');
    left.aborter.abort(reason);
    await rig.advance(0);
    expect(left.failure).toBe(reason);
    expect(status(rig)).toMatchObject({ running: 1, queued: 0 });
    expect(rig.clock.timers).toBe(0);
    release(first);
    expect(status(rig).running).toBe(0);
    expect(rig.ask('3').admission).toMatchObject({ admitted: true });
  });

  test('whoever has left already is not admitted', async () => {
    const rig = rigOf();
    const reason = new Error('gone');
    const asked = rig.ask('1', { signal: AbortSignal.abort(reason) });
    await rig.advance(0);
    expect(asked.failure).toBe(reason);
    expect(status(rig).running).toBe(0);
  });

  test('a place is given back once, however often it is released', async () => {
    const rig = rigOf({ concurrency: 2 });
    const [first, second] = [rig.ask('1'), rig.ask('2')];
    rig.ask('3');
    rig.ask('4');
    release(first);
    release(first);
    await rig.advance(0);
    expect(names(rig.answered)).toEqual(['1', '2', '3']);
    release(second);
    expect(status(rig)).toMatchObject({ running: 2, queued: 0 });
  });

  test('an abort after the start changes nothing', async () => {
    const rig = rigOf({ concurrency: 1 });
    const [first, second] = [rig.ask('1'), rig.ask('2')];
    release(first);
    await rig.advance(0);
    second.aborter.abort();
    await rig.advance(0);
    expect(second.failure).toBeUndefined();
    expect(status(rig).running).toBe(1);
  });
});
