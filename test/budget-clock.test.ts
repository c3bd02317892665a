/** Budgets over the machine's clock: midnight, the turn of a month, days of 23 and 25 hours, a clock that is set back. */
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test, vi } from 'vitest';
import { systemClock, type Clock } from '../src/base/clock.ts';
import { temporaryFolder } from './support/temporary-folder.ts';
import { startProxy, type StartedProxy, type StartProxyOptions } from './support/start-proxy.ts';

const zone = process.env['TZ'];
let rig: StartedProxy | undefined;

afterEach(async () => {
  if (zone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = zone;
  await rig?.close();
  rig = undefined;
});

/** Timers run as ever; what time it is, the test says. */
function wallClock(): Clock & { set(utc: string): void } {
  let nowMs = 0;
  return { ...systemClock, now: () => nowMs, set: (utc) => void (nowMs = Date.parse(`${utc}Z`)) };
}

/** Fits one call in a period, and no second one. */
const oneCall = '0.02';

async function call(session = 's'): Promise<number> {
  const { url, key } = rig ?? expect.fail('start the proxy first');
  const reply = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-session-id': session },
    body: JSON.stringify({ model: 'gemini-3.8-flash', messages: [{ role: 'user', content: 'hi' }], max_tokens: 50 }),
  });
  await reply.text();
  return reply.status;
}

async function start(timeZone: string, clock: Clock, more: StartProxyOptions) {
  process.env['TZ'] = timeZone;
  rig = await startProxy({ clock, ...more });
  return rig;
}

const berlin = 'Europe/Berlin';
type Story = readonly (readonly [utc: string, status: number])[];

test.each<[string, string, string, Story]>([
  [
    'a day ends at midnight where the machine is, not at that of UTC',
    berlin,
    'day',
    [
      ['2026-11-22T22:30:00', 200],
      ['2026-11-22T22:59:59', 402],
      ['2026-11-22T23:00:00', 200],
      ['2026-11-23T00:00:01', 402],
    ],
  ],
  [
    'a month ends with its last day',
    berlin,
    'month',
    [
      ['2027-01-31T22:59:59', 200],
      ['2027-01-31T22:59:59.999', 402],
      ['2027-01-31T23:00:00', 200],
      ['2027-02-28T22:59:59', 402],
      ['2027-02-28T23:00:00', 200],
    ],
  ],
  [
    'a year ends with December',
    'America/New_York',
    'month',
    [
      ['2027-01-01T04:59:59', 200],
      ['2027-01-01T05:00:00', 200],
      ['2027-01-01T05:00:01', 402],
    ],
  ],
  [
    'a day of 23 hours is one day, and the next begins after 23',
    berlin,
    'day',
    [
      ['2026-03-28T23:00:00', 200],
      ['2026-03-29T21:59:59', 402],
      ['2026-03-29T22:00:00', 200],
    ],
  ],
  [
    'a day of 25 hours is one day, also in its hour that comes twice',
    berlin,
    'day',
    [
      ['2026-10-24T22:00:00', 200],
      ['2026-10-25T00:30:00', 402],
      ['2026-10-25T01:30:00', 402],
      ['2026-10-25T22:59:59', 402],
      ['2026-10-25T23:00:00', 200],
    ],
  ],
  [
    'a day that has no midnight begins at one',
    'America/Santiago',
    'day',
    [
      ['2026-09-06T03:59:59', 200],
      ['2026-09-06T04:00:00', 200],
      ['2026-09-07T02:59:59', 402],
    ],
  ],
  [
    'a clock that is set back gives no second budget, neither for the day before nor for the day itself',
    berlin,
    'day',
    [
      ['2026-11-22T12:00:00', 200],
      ['2026-11-23T00:10:00', 200],
      ['2026-11-22T22:50:00', 402],
      ['2026-11-23T00:20:00', 402],
      ['2026-11-23T23:00:00', 200],
    ],
  ],
  [
    'a clock that is set back behind the turn of a month neither',
    berlin,
    'month',
    [
      ['2026-12-01T10:00:00', 200],
      ['2026-11-30T10:00:00', 402],
      ['2026-12-01T10:00:01', 402],
      ['2027-01-01T10:00:00', 200],
    ],
  ],
  ...['session', 'ever'].map((per): [string, string, string, Story] => [
    `what is ${per === 'ever' ? 'for ever' : 'for a session'} never begins anew`,
    berlin,
    per,
    [
      ['2026-11-22T12:00:00', 200],
      ['2026-11-23T12:00:00', 402],
      ['2027-11-23T12:00:00', 402],
    ],
  ]),
])('%s', async (_what, timeZone, per, story) => {
  const clock = wallClock();
  clock.set(story[0]?.[0] ?? '');
  const { store } = await start(timeZone, clock, { limits: { budgets: [`${oneCall} per ${per}`] } });
  const seen: [string, number][] = [];
  for (const [utc] of story) {
    clock.set(utc);
    seen.push([utc, await call()]);
    store.exchanges.flush();
  }
  expect(seen).toEqual(story);
});

test.each([
  ['2026-11-22T22:59:50', '2026-11-22T23:00:10', 'day'],
  ['2026-11-30T22:59:50', '2026-11-30T23:00:10', 'month'],
] as const)('a call that is under way from %s to %s counts for the %s before', async (before, after, per) => {
  const clock = wallClock();
  clock.set(before);
  const { simulator, proxy } = await start(berlin, clock, { limits: { budgets: [`${oneCall} per ${per}`] } });
  simulator.addFault({ on: '/chat/completions', times: 1, do: { kind: 'slow-first-byte', delayMs: 300 } });
  const first = call();
  await vi.waitFor(() => expect(simulator.requestsTo('/chat/completions')).toHaveLength(1), { timeout: 5_000 });
  const state = () => proxy.spending.budgets.states()[0];
  expect(state()?.reservedNanoAiu).toBeGreaterThan(0);
  clock.set(after);
  expect(state()).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu: 0 });
  expect(await first).toBe(200);
  expect(state()).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu: 0 });
  expect([await call(), await call()]).toEqual([200, 402]);
});

test('a call that waits for its owner over midnight is asked of the budget of the new day', async () => {
  const clock = wallClock();
  clock.set('2026-11-22T22:59:50');
  const { proxy } = await start(berlin, clock, { limits: { budgets: [`${oneCall} per day`], approval: 'all' } });
  const allow = async () => {
    const [waiting] = await vi.waitFor(
      () => {
        const calls = proxy.spending.approvals.waiting();
        expect(calls).toHaveLength(1);
        return calls;
      },
      { timeout: 5_000 },
    );
    proxy.spending.approvals.answer(waiting?.id ?? '', 'allow');
  };
  const old = call('old');
  await allow();
  expect(await old).toBe(200);
  expect(await call('refused')).toBe(402);
  clock.set('2026-11-22T23:00:10');
  const fresh = call('fresh');
  await allow();
  expect(await fresh).toBe(200);
  expect(await call('refused')).toBe(402);
});

test('what a killed proxy had reserved before midnight is of the day before, and of its month, after the restart', async () => {
  const storePath = path.join(temporaryFolder(), 'crossfeed.db');
  const clock = wallClock();
  clock.set('2026-11-22T22:59:50');
  const limits = { budgets: [`${oneCall} per day`, '1 per month'] };
  const first = await start(berlin, clock, { storePath, limits });
  first.simulator.addFault({ on: '/chat/completions', do: { kind: 'slow-first-byte', delayMs: 60_000 } });
  const asked = call().catch(() => 0);
  await vi.waitFor(() => expect(first.simulator.requestsTo('/chat/completions')).toHaveLength(1), { timeout: 5_000 });
  const copy = path.join(temporaryFolder(), 'crossfeed.db');
  // As the file stands when the power goes.
  const database = new DatabaseSync(storePath);
  database.exec('pragma wal_checkpoint(full)');
  database.close();
  copyFileSync(storePath, copy);
  await first.close();
  await asked;
  clock.set('2026-11-22T23:00:10');
  const { proxy } = await start(berlin, clock, { storePath: copy, limits });
  const [day, month] = proxy.spending.budgets.states();
  expect(day).toMatchObject({ spentNanoAiu: 0, reservedNanoAiu: 0 });
  expect(month?.spentNanoAiu).toBeGreaterThan(0);
  expect([await call(), await call()]).toEqual([200, 402]);
});
