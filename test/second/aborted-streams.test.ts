/** Streams of all protocols that their clients leave, at every moment at which a client can: nothing stays behind. */
import { readdirSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { createRandom } from '../fuzz/random.ts';
import { startEndlessUpstream } from '../support/endless-upstream.ts';
import { keepFigures, percentile } from '../support/keep-figures.ts';
import { callsOfAllProtocols, departures, openAndLeave, type ModelNames } from '../support/leaving-client.ts';
import { rawKey, rawModels, startRawProxy } from '../support/raw-proxy.ts';
import { jsonAnswer } from '../support/raw-upstream.ts';
import { startProxy } from '../support/start-proxy.ts';

/** `npm run aborts` is the long form; `STREAMS` and `CROSSFEED_SEED` play so many, and others. */
const streams = Number(process.env['STREAMS'] ?? 500);
const seed = Number(process.env['CROSSFEED_SEED'] ?? 20_261_122);
const together = 40;
const timeout = 60_000 + streams * 100;
// Fewer places than streams, so that many leave the queue; and some of those after their head was opened early.
const pace = { concurrency: 12, perSecond: 10_000, burst: 10_000, maxQueued: 2_000, openAfterMs: 30 };

const descriptors = () => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

/** The catalogue, its connection and the worker that counts are there before anything is counted. */
async function warm(url: string, key: string, model: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  await (await fetch(`${url}/v1/models`, { headers })).text();
  const body = JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }] });
  const reply = await fetch(`${url}/v1/messages/count_tokens`, { method: 'POST', headers, body });
  expect(await reply.text()).toContain('input_tokens');
}

/** Plays them all, a hundred at a time. */
async function leaveAll(url: string, key: string, models: ModelNames) {
  const port = Number(new URL(url).port);
  const left = new Map<string, number>();
  const leftMs = new Map<number, number>();
  let hung = 0;
  const numbers = Array.from({ length: streams }, (_, number) => number).values();
  const worker = async () => {
    for (const number of numbers) {
      const random = createRandom(seed, number);
      const call = callsOfAllProtocols[number % callsOfAllProtocols.length] as (typeof callsOfAllProtocols)[number];
      const [path, body] = call(models, !random.once(10), number);
      const leaving = await openAndLeave({ port, key, path, body }, random);
      left.set(leaving.departure, (left.get(leaving.departure) ?? 0) + 1);
      leftMs.set(number, leaving.leftMs);
      if (leaving.hung) hung += 1;
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  expect([...left.keys()].sort()).toEqual([...departures].sort());
  expect(Math.min(...left.values())).toBeGreaterThan(streams / departures.length / 2);
  expect(hung).toBe(0);
  return leftMs;
}

/** What nobody caught while `work` ran. */
async function expectNoFaults(work: () => Promise<void>): Promise<void> {
  const faults: unknown[] = [];
  const onFault = (thrown: unknown) => void faults.push(thrown);
  process.on('uncaughtException', onFault).on('unhandledRejection', onFault);
  try {
    await work();
  } finally {
    process.off('uncaughtException', onFault).off('unhandledRejection', onFault);
  }
  expect(faults).toEqual([]);
}

test(`${streams} streams that are left, seed ${seed}`, { timeout }, () =>
  expectNoFaults(async () => {
    const upstreamLeftMs = new Map<number, number>();
    const upstream = await startEndlessUpstream(rawModels, createRandom(seed, -1), (call) =>
      upstreamLeftMs.set(call, performance.now()),
    );
    const rig = await startRawProxy(() => jsonAnswer({}, 500), { pace }, { copilotApiUrl: upstream.url });
    await warm(rig.url, rawKey, 'm-messages');
    const before = descriptors();
    const warmed = rig.events.length;
    const leftMs = await leaveAll(rig.url, rawKey, {
      chat: 'm-chat',
      messages: 'm-messages',
      responses: 'm-responses',
    });
    await vi.waitFor(
      () => {
        expect([rig.proxy.status().openExchanges, upstream.streams]).toEqual([0, 0]);
        expect(descriptors()).toBeLessThanOrEqual(before + 2);
      },
      { timeout: 10_000, interval: 20 },
    );
    const after = descriptors();
    const events = rig.events.slice(warmed);
    const outcomes = new Set(events.flatMap((event) => (event.type === 'ended' ? [event.outcome] : [])));
    expect([...outcomes]).toEqual(['canceled']);
    // Every exchange that began has exactly one end, and one row.
    const begun = events.flatMap((event) => (event.type === 'started' ? [event.id] : []));
    const ended = events.flatMap((event) => (event.type === 'ended' ? [event.id] : []));
    expect(ended.toSorted()).toEqual(begun.toSorted());
    await new Promise((resolve) => setImmediate(resolve));
    rig.store.exchanges.flush();
    const rows = await rig.store.exchanges.recent(begun.length);
    expect(rows.map(({ id }) => id).toSorted()).toEqual(begun.toSorted());
    const leftQueue = rows.filter(({ waitedMs }) => waitedMs === null).length;
    expect(leftQueue).toBeGreaterThan(0);
    const delaysMs = [...upstreamLeftMs].flatMap(([call, at]) => {
      const from = leftMs.get(call);
      return from === undefined ? [] : [at - from];
    });
    expect(delaysMs.length).toBeGreaterThan(streams / 4);
    await rig.close();
    await vi.waitFor(() => expect(upstream.sockets).toBe(0), { timeout: 5_000 });
    await upstream.close();
    keepFigures('aborts', {
      streams,
      seed,
      exchanges: begun.length,
      rows: rows.length,
      leftQueue,
      reached: delaysMs.length,
      abortP50Ms: percentile(delaysMs, 50),
      abortP99Ms: percentile(delaysMs, 99),
      descriptorsBefore: before,
      descriptorsAfter: after,
    });
  }),
);

test(`${streams} streams that are left: what the ledger has of them, and what they were billed`, { timeout }, () =>
  expectNoFaults(async () => {
    const proxy = await startProxy({
      pace,
      simulator: { scenario: { eventDelayMs: 8, entitlementCredits: 1_000_000, spentCredits: 0 } },
    });
    const { simulator, store } = proxy;
    await warm(proxy.url, proxy.key, 'claude-haiku-5.5');
    const heads = new Set<string>();
    proxy.proxy.events.subscribe((event) => {
      if (event.type === 'upstream-head') heads.add(event.id);
    });
    const bill = () => simulator.state.ledger as { spentNanoAiu: number; userCalls: number };
    const before = bill();
    await leaveAll(proxy.url, proxy.key, { chat: 'gpt-5.2', messages: 'claude-haiku-5.5', responses: 'gpt-5.2' });
    await vi.waitFor(() => expect([proxy.proxy.status().openExchanges, simulator.openStreams]).toEqual([0, 0]), {
      timeout: 10_000,
      interval: 20,
    });
    await new Promise((resolve) => setImmediate(resolve));
    store.exchanges.flush();
    const rows = await store.exchanges.recent(streams + 1);
    const sum = (of: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + of(row), 0);
    const knownNanoAiu = sum(({ cost }) => cost.nanoAiu ?? 0);
    // Of a stream that was left before its bill only the estimate is known.
    const estimatedNanoAiu = sum(({ cost, estimate }) => (cost.source === 'unknown' ? (estimate?.nanoAiu ?? 0) : 0));
    const billedNanoAiu = bill().spentNanoAiu - before.spentNanoAiu;
    const calls = bill().userCalls - before.userCalls;
    const sent = rows.filter(({ waitedMs }) => waitedMs !== null).length;
    expect(store.ledger.usage({ by: 'model' }).total).toMatchObject({ calls: rows.length, costNanoAiu: knownNanoAiu });
    expect(knownNanoAiu).toBeLessThanOrEqual(billedNanoAiu);
    expect(billedNanoAiu).toBeLessThanOrEqual(knownNanoAiu + estimatedNanoAiu);
    // What was called off on its way up may have been seen or not.
    expect(calls).toBeGreaterThanOrEqual(heads.size);
    expect(calls).toBeLessThanOrEqual(sent);
    expect(simulator.breaches).toEqual([]);
    expect(proxy.complaints).toEqual([]);
    await proxy.close();
    keepFigures('aborted-bills', {
      streams,
      rows: rows.length,
      calls,
      known: rows.filter(({ cost }) => cost.source !== 'unknown').length,
      knownNanoAiu,
      billedNanoAiu,
      estimatedNanoAiu,
    });
  }),
);
