/** What pacing, budgets and the ledger take of a call of 4 kB, in this process, on a database in a file. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import type { Estimate } from '../src/canonical/spend.ts';
import { defaultConfig } from '../src/config/config.ts';
import { createLimiter } from '../src/limits/create-limiter.ts';
import { createSpending } from '../src/limits/create-spending.ts';
import type { SpendRequest } from '../src/limits/spend-guard.ts';
import { openStore } from '../src/store/open-store.ts';
import { sampleRecord } from '../test/support/sample-record.ts';
import { median } from './figures.ts';
import { markdownRows } from './report.ts';

/** One of each kind, all hard: each call is reserved on disk. */
const budgets = [
  '100000 per request',
  '900000 per session',
  '900000 per day',
  '900000 per month',
  '900000 per day key=default',
  '900000 per month project=site',
];
const calls = 2_000;
/** What 4 kB of text are in tokens, and a short answer. */
const estimate: Estimate = {
  inputTokens: 1_000,
  cacheReadTokens: 0,
  outputTokens: 300,
  mostOutputTokens: 4_000,
  tier: 'default',
  nanoAiu: 500_000_000,
  mostNanoAiu: 3_000_000_000,
};
const boundUs = 100;
const steps = ['nothing', 'pacing', 'pacing, ledger', 'pacing, ledger, budgets'] as const;

interface Figures {
  readonly cpu: number;
  readonly wall: number;
}

/** In µs a call, in the order of `steps`: each does what the one before does, and one thing more. */
async function measureRound(folder: string): Promise<readonly Figures[]> {
  const store = await openStore({
    path: join(mkdtempSync(join(folder, 'spend-')), 'crossfeed.db'),
    clock: systemClock,
    onFault(fault) {
      throw fault;
    },
  });
  const { limits } = defaultConfig;
  // Nothing waits: what is measured is the question, not the pace.
  const pace = { ...limits.pace, concurrency: 1_000, perSecond: 1e6, burst: 1e6 };
  const limiter = createLimiter({ config: pace, clock: systemClock });
  const warn = () => undefined;
  const spending = createSpending({ config: { ...limits, budgets }, store, clock: systemClock, warn });
  const { signal } = new AbortController();
  const { protocol, route, client, session } = sampleRecord;
  const asked: Omit<SpendRequest, 'exchangeId'> = {
    accountName: 'octocat',
    keyId: 'default',
    keyLabel: 'default',
    project: 'site',
    session,
    protocol,
    route,
    client,
    model: 'claude-opus-5.5',
    kind: null,
    estimate,
    edits: [],
    signal,
  };

  async function call(id: string, step: number): Promise<void> {
    if (step >= 3) {
      const verdict = await spending.budgets.admit({ ...asked, exchangeId: id });
      if (!verdict.allowed) throw verdict.error;
    }
    if (step < 1) return;
    const turn = await limiter.admit({
      accountName: 'octocat',
      keyId: 'default',
      initiator: 'user',
      kind: 'generation',
      signal,
    });
    if (!turn.admitted) throw new Error(`the pace refused: ${turn.reason}`);
    const record = {
      ...sampleRecord,
      id,
      project: 'site',
      estimate,
      startedAt: systemClock.now(),
      requestBytes: 4_096,
    };
    if (step >= 3) spending.budgets.settle(record);
    if (step >= 2) store.exchanges.record(record);
    limiter.observe('octocat', { kind: 'served' });
    turn.release();
  }

  const figures: Figures[] = [];
  for (const step of steps.keys()) {
    const startedMs = performance.now();
    const before = process.cpuUsage();
    for (let at = 0; at < calls; at += 1) {
      await call(`x-${step}-${at}`, step);
      // As many as end within the quarter of a second that rows wait, on a busy day.
      if (at % 50 === 49) store.exchanges.flush();
    }
    const { user, system } = process.cpuUsage(before);
    figures.push({ cpu: (user + system) / calls, wall: ((performance.now() - startedMs) * 1000) / calls });
  }
  const rows = await store.exchanges.recent(2 * calls);
  store.close();
  if (rows.length !== 2 * calls) throw new Error(`the ledger has ${rows.length} rows, not ${2 * calls}`);
  return figures;
}

/** The table, of medians; what the disk makes of it is told, and CPU judged. The first round warms the compiler up. */
export async function spendCostTable(folder: string, rounds: number): Promise<string> {
  await measureRound(folder);
  const measured: (readonly Figures[])[] = [];
  for (let round = 0; round < rounds; round += 1) measured.push(await measureRound(folder));
  const rows = steps.flatMap((name, step) => {
    if (step === 0) return [];
    const added = (kind: 'cpu' | 'wall') =>
      median(measured.map((round) => (round[step]?.[kind] ?? Number.NaN) - (round[0]?.[kind] ?? 0)));
    const [cpu, wall] = [added('cpu'), added('wall')];
    return [[name, cpu.toFixed(1), wall.toFixed(1), `≤ ${boundUs}`, cpu <= boundUs ? 'met' : 'missed']];
  });
  return markdownRows(['for a call of 4 kB', 'CPU µs', 'wall µs', 'target', 'result'], rows, (name) =>
    name.includes('µs'),
  );
}
