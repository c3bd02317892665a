/** Whether cost grows with history: the same questions of a ledger with few exchanges and of one with a million. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/base/clock.ts';
import type { ExchangeRecord } from '../src/canonical/exchange-record.ts';
import { openStore, type Store } from '../src/store/open-store.ts';
import { sampleRecord } from '../test/support/sample-record.ts';
import { median } from './figures.ts';
import { markdownRows } from './report.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** What an agent asks in one session, in the middle. */
const perSession = 50;
/** As many days as the longer history is spread over: the shorter one has the last of these. */
const perDay = 2_740;
const models = ['claude-opus-5.5', 'gpt-6', 'gpt-6-mini', 'gemini-3.5-pro', 'claude-haiku-5'];
const programs = ['claude-code', 'codex', 'opencode', 'cline'];
const repeats = 9;
const written = 200;

function recordAt(at: number, startedAt: number): ExchangeRecord {
  const session = Math.floor(at / perSession);
  return {
    ...sampleRecord,
    id: `cf-${at}`,
    startedAt,
    session: session.toString(16).padStart(16, '0'),
    model: models[session % models.length] ?? null,
    program: programs[session % programs.length] ?? '',
  };
}

function fill(store: Store, rows: number, nowMs: number): void {
  for (let at = 0; at < rows; at += 1) {
    store.exchanges.record(recordAt(at, nowMs - ((rows - at) / perDay) * dayMs));
    if (at % 1_000 === 999) store.exchanges.flush();
  }
  store.exchanges.flush();
}

type Question = (store: Store, rows: number, nowMs: number) => unknown;

/** What is asked while the proxy serves (a call's row, a budget's question), and what a person asks. */
const questions: Readonly<Record<string, Question>> = {
  [`${written} rows written`](store, rows, nowMs) {
    for (let at = 0; at < written; at += 1) store.exchanges.record(recordAt((rows += 1) * 7, nowMs));
    store.exchanges.flush();
  },
  'spent this month, for a budget': (store, _rows, nowMs) => store.spend.spent({ kind: 'all' }, nowMs - 30 * dayMs),
  'spent by a session, for a budget': (store, _rows, nowMs) =>
    store.spend.spent({ kind: 'all' }, nowMs, '0000000000000001'),
  'the last 50 exchanges': (store) => store.exchanges.recent(50),
  'one exchange by its id': (store) => store.exchanges.find('cf-7'),
  'a page of one model': (store) => store.findExchanges({ limit: 50, model: 'gpt-6' }),
  'a page of words that nothing has': (store) => store.findExchanges({ limit: 50, words: 'nowhere to be found' }),
  'usage of a month by model': (store, _rows, nowMs) =>
    store.ledger.usage({ by: 'model', sinceMs: nowMs - 30 * dayMs }),
  'usage of all days by model': (store) => store.ledger.usage({ by: 'model' }),
  'a month day by day': (store, _rows, nowMs) => store.ledger.days({ by: 'model', sinceMs: nowMs - 30 * dayMs }),
  'causes of a month': (store, _rows, nowMs) => store.ledger.causes(nowMs - 30 * dayMs),
  'the last 50 sessions': (store) => store.ledger.sessions({ limit: 50 }),
  'one session with its calls': (store) => store.ledger.session('0000000000000001'),
};

async function measureHistory(folder: string, rows: number): Promise<ReadonlyMap<string, number>> {
  const place = mkdtempSync(join(folder, 'history-'));
  const path = join(place, 'crossfeed.db');
  const onFault = (fault: Error) => {
    throw fault;
  };
  const nowMs = systemClock.now();
  const options = { path, clock: systemClock, onFault, keepRows: 10_000_000 };
  const filled = await openStore(options);
  fill(filled, rows, nowMs);
  filled.close();
  const before = process.cpuUsage();
  const store = await openStore(options);
  const opening = cpuMsSince(before);
  const spent = new Map([['opening', opening]]);
  for (const [name, ask] of Object.entries(questions)) {
    const rounds: number[] = [];
    for (let round = 0; round < repeats; round += 1) {
      const start = process.cpuUsage();
      await ask(store, rows + round * written, nowMs);
      rounds.push(cpuMsSince(start));
    }
    spent.set(name, median(rounds));
  }
  store.close();
  rmSync(place, { recursive: true, force: true });
  return spent;
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** The table: CPU of this process, in which SQLite runs too. */
export async function historyCostTable(folder: string, rows: readonly number[]): Promise<string> {
  const columns: ReadonlyMap<string, number>[] = [];
  for (const count of rows) columns.push(await measureHistory(folder, count));
  const head = ['CPU ms', ...rows.map((count) => `${count.toLocaleString('en-US')} exchanges`)];
  const names = [...(columns[0]?.keys() ?? [])];
  const cells = names.map((name) => [name, ...columns.map((column) => (column.get(name) ?? Number.NaN).toFixed(1))]);
  return markdownRows(head, cells, (name) => name !== 'CPU ms');
}
