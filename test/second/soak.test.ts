/**
 * Mixed load with random faults on the program itself: it stays up, holds no more than at the start, and its ledger is the bill.
 * `npm run soak` is the long form: `SOAK_MINUTES` is how long, `SOAK_SEED` which.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSimulator, simulatedGithubToken } from '../../src/simulator/index.ts';
import { createRandom } from '../fuzz/random.ts';
import { createLoad } from '../soak/mixed-load.ts';
import { playCall } from '../soak/play-call.ts';
import { floors, sampleProcess, slopeMbPerHour, type ProcessSample } from '../soak/watch-process.ts';
import { keepFigures } from '../support/keep-figures.ts';
import { spawnProxy } from '../support/spawn-proxy.ts';

const minutes = Number(process.env['SOAK_MINUTES'] ?? 1 / 4);
const seed = Number(process.env['SOAK_SEED'] ?? 20_261_123);
const together = 12;
const isLinux = existsSync('/proc/self/status');

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly cost_source: string;
  readonly cost_nano_aiu: number | null;
  readonly outcome: string;
  readonly estimate: string | null;
  readonly status: number;
}

test(`${minutes} minutes of mixed load, seed ${seed}`, { timeout: minutes * 60_000 + 180_000 }, async () => {
  const charged = new Map<string, number>();
  const simulator = createSimulator({
    scenario: { entitlementCredits: 10_000_000, spentCredits: 0 },
    onCharge: ({ requestId, nanoAiu }) => charged.set(requestId, (charged.get(requestId) ?? 0) + nanoAiu),
  });
  const { url: upstreamUrl } = await simulator.listen();
  const confessions: string[] = [];
  const proxy = await spawnProxy({
    upstreamUrl,
    githubToken: simulatedGithubToken,
    apiKey: 'cf_soak-key-0123456789',
    config: { limits: { pace: { enabled: false }, silenceMs: 3_000, reasoningSilenceMs: 3_000 } },
    onOutput: (text) =>
      confessions.push(...(text.match(/.{0,200}(?:unhandled|uncaught|internal_error).{0,200}/gi) ?? [])),
  });
  onTestFinished(async () => {
    await proxy.close();
    await simulator.close();
  });
  const door = { url: proxy.url, key: 'cf_soak-key-0123456789' };
  const random = createRandom(seed, 0);
  const next = createLoad(random);
  const endings = new Map<string, number>();
  const samples: ProcessSample[] = [];
  const startMs = performance.now();
  const endMs = startMs + minutes * 60_000;
  let serial = 0;
  const life = { exitCode: undefined as number | null | undefined };
  void proxy.exited.then((code) => (life.exitCode = code));
  const goesOn = () => performance.now() < endMs && life.exitCode === undefined;

  const worker = async () => {
    while (goesOn()) {
      const ending = await playCall(door, next((serial += 1)));
      endings.set(ending, (endings.get(ending) ?? 0) + 1);
    }
  };
  // The ledger keeps its latest 100,000 rows: they are read while they come.
  const rows: Row[] = [];
  const readRows = () => {
    const database = new DatabaseSync(join(proxy.home, 'crossfeed.db'), { readOnly: true });
    const question =
      'select seq, id, cost_source, cost_nano_aiu, outcome, estimate, status from exchange where seq > ?';
    rows.push(...(database.prepare(`${question} order by seq`).all(rows.at(-1)?.seq ?? -1) as unknown as Row[]));
    const [days] = database.prepare('select sum(calls) as calls from spend_day').all();
    database.close();
    return Number(days?.['calls']);
  };
  const watch = async () => {
    for (let look = 0; goesOn(); look += 1) {
      if (isLinux) samples.push(sampleProcess(proxy.pid, performance.now() - startMs));
      if (look % 60 === 59) readRows();
      await wait(Math.min(1_000, minutes * 1_000));
    }
  };
  await Promise.all([watch(), ...Array.from({ length: together }, worker)]);

  // Nothing ended that should not, and nobody waits for an answer that never came.
  expect(life.exitCode).toBeUndefined();
  expect(endings.get('late')).toBeUndefined();
  const wrongStatuses = ['status 400', 'status 401', 'status 403', 'status 500'];
  expect(wrongStatuses.filter((ending) => endings.has(ending))).toEqual([]);
  expect(confessions).toEqual([]);
  await vi.waitFor(() => expect(simulator.openStreams).toBe(0), { timeout: 10_000, interval: 50 });
  const quarter = Math.floor(samples.length / 4);
  const most = (of: readonly ProcessSample[]) => Math.max(0, ...of.map(({ descriptors }) => descriptors));
  const [before, after] = [most(samples.slice(quarter, 2 * quarter)), most(samples.slice(-quarter))];
  // As many as callers and calls at a time may have; not more with the hours.
  expect(after).toBeLessThan(before + 2 * together);

  // The last batch is written by then.
  await wait(1_000);
  // The sums of days know those that are gone as well.
  expect(readRows()).toBe(rows.length);
  const wrong = rows.filter(
    ({ id, cost_source: source, cost_nano_aiu: nanoAiu }) => source !== 'unknown' && nanoAiu !== (charged.get(id) ?? 0),
  );
  expect(wrong.slice(0, 5).map((row) => ({ ...row, charged: charged.get(row.id) }))).toEqual([]);
  const known = new Set(rows.map(({ id }) => id));
  expect([...charged.keys()].filter((id) => !known.has(id))).toEqual([]);
  expect(simulator.breaches).toEqual([]);

  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const billed = [...charged.values()].reduce((total, nanoAiu) => total + nanoAiu, 0);
  const told = sum(({ cost_nano_aiu: nanoAiu }) => nanoAiu ?? 0);
  const unknown = rows.filter(({ cost_source: source }) => source === 'unknown');
  const settled = floors(samples.slice(quarter), 20);
  const [rssStartMb, rssEndMb] = [settled[0]?.rssMb ?? 0, settled.at(-1)?.rssMb ?? 0];
  // Short forms see nothing but the first growth of every program.
  if (minutes >= 5) expect(rssEndMb).toBeLessThan(rssStartMb * 1.5 + 50);
  keepFigures('soak', {
    minutes,
    seed,
    calls: serial,
    exchanges: rows.length,
    failed: rows.filter(({ outcome }) => outcome === 'failed').length,
    canceled: rows.filter(({ outcome }) => outcome === 'canceled').length,
    endings: [...endings].map(([ending, count]) => `${ending}: ${count}`).join(', '),
    billedCredits: billed / 1e9,
    toldCredits: told / 1e9,
    unknownExchanges: unknown.length,
    unknownBilledCredits: unknown.reduce((total, { id }) => total + (charged.get(id) ?? 0), 0) / 1e9,
    rssStartMb: Math.round(rssStartMb),
    rssEndMb: Math.round(rssEndMb),
    slopeMbPerHour: Math.round(slopeMbPerHour(settled)),
    descriptorsBefore: before,
    descriptorsAfter: after,
  });
});
