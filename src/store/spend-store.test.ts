/** What was spent, what calls under way hold, and what a process that died leaves behind. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleEstimate, sampleRecord } from '../../test/support/sample-record.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { Budget, BudgetOf, Reservation } from '../canonical/budget.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import { openStore } from './open-store.ts';

const newPath = () => join(temporaryFolder(), 'crossfeed.db');

async function open(path = ':memory:', keepRows = 100_000) {
  const clock = createFakeClock();
  const faults: Error[] = [];
  const store = await openStore({ path, clock, keepRows, onFault: (fault) => faults.push(fault) });
  onTestFinished(() => store.close());
  return { store, clock, faults };
}

const credits = (count: number) => Math.round(count * 1e9);
const dayMs = 24 * 60 * 60 * 1000;
let serial = 0;

function record(nanoAiu: number | null, more: Partial<ExchangeRecord> = {}): ExchangeRecord {
  const cost = { nanoAiu, source: nanoAiu === null ? 'unknown' : 'reported', tier: 'default' } as const;
  return { ...sampleRecord, id: `x${++serial}`, cost, ...more };
}

const reservation = (exchangeId: string, nanoAiu = credits(3)): Reservation => ({
  exchangeId,
  at: sampleRecord.startedAt,
  nanoAiu,
  keyId: 'default',
  account: 'octocat',
  project: null,
  session: 's1',
  protocol: 'anthropic-messages',
  route: '/v1/messages',
  client: 'claude-cli/2.1',
  model: 'claude-opus-5.5',
  kind: null,
  estimate: sampleEstimate,
});

test.each<[string, BudgetOf, number, string | undefined, number]>([
  ['by all', { kind: 'all' }, 0, undefined, 16],
  ['by one key', { kind: 'key', keyId: 'k2' }, 0, undefined, 10],
  ['for one project', { kind: 'project', project: 'house' }, 0, undefined, 4],
  ['since a day', { kind: 'all' }, sampleRecord.startedAt, undefined, 15],
  ['in one session', { kind: 'all' }, 0, 's2', 12],
  ['in one session by one key', { kind: 'key', keyId: 'k2' }, 0, 's2', 10],
  ['by a key nobody has', { kind: 'key', keyId: 'k3' }, 0, undefined, 0],
])(
  'what was spent %s is there at once, the estimate where the cost is unknown',
  async (_what, of, since, session, sum) => {
    const { store } = await open();
    const startedAt = sampleRecord.startedAt - dayMs;
    store.exchanges.record(record(credits(1), { startedAt }));
    store.exchanges.record(record(credits(3), { project: 'house' }));
    store.exchanges.record(record(credits(10), { keyId: 'k2', session: 's2' }));
    store.exchanges.record(record(null, { session: 's2', estimate: { ...sampleEstimate, nanoAiu: credits(1) } }));
    store.exchanges.record(
      record(null, { project: 'house', session: 's2', estimate: { ...sampleEstimate, nanoAiu: credits(1) } }),
    );
    expect(store.spend.spent(of, since, session)).toBe(credits(sum));
  },
);

test('what was spent stays when its exchanges are pruned, and an id counts once', async () => {
  const { store, clock } = await open(newPath(), 100);
  for (let index = 0; index < 1500; index++) store.exchanges.record(record(credits(1)));
  store.exchanges.record(record(credits(1), { id: 'x-same' }));
  store.exchanges.record(record(credits(1), { id: 'x-same' }));
  clock.advance(10_000);
  expect((await store.exchanges.recent(2000)).length).toBeLessThan(200);
  expect(store.spend.spent({ kind: 'all' }, 0)).toBe(credits(1501));
});

test('a reservation is on disk when `reserve` returns, and gone with the row of its exchange', async () => {
  const path = newPath();
  const { store, clock } = await open(path);
  const onDisk = () => {
    const other = new DatabaseSync(path, { readOnly: true });
    const rows = other.prepare('select exchange_id from reservation').all();
    other.close();
    return rows.map((row) => row['exchange_id']);
  };
  expect(store.spend.reserve(reservation('a'))).toBe('kept');
  expect(store.spend.reserve(reservation('b'))).toBe('kept');
  expect(store.spend.reserve(reservation('c'))).toBe('kept');
  expect(onDisk()).toEqual(['a', 'b', 'c']);
  store.spend.release('c');
  store.exchanges.record(record(credits(1), { id: 'a' }));
  expect(onDisk()).toEqual(['a', 'b']);
  clock.advance(250);
  expect(onDisk()).toEqual(['b']);
  expect(store.spend.leftOver()).toEqual([]);
});

test('what a process that died held becomes a failed row of unknown cost, once', async () => {
  const path = newPath();
  const dead = await open(path);
  dead.store.spend.reserve(reservation('dead', credits(7)));
  const { store } = await open(path);
  expect(store.spend.leftOver()).toMatchObject([{ exchangeId: 'dead' }]);
  expect(store.spend.bookLeftOver(() => 'claude-code')).toHaveLength(1);
  expect(store.spend.bookLeftOver(() => 'claude-code')).toEqual([]);
  expect(store.spend.spent({ kind: 'all' }, 0)).toBe(credits(7));
  expect(await store.exchanges.find('dead')).toMatchObject({
    outcome: 'failed',
    program: 'claude-code',
    cost: { nanoAiu: null, source: 'unknown' },
    estimate: { nanoAiu: credits(7), outputTokens: sampleEstimate.outputTokens },
  });
});

test('where the file fails, reserving says so, and nothing throws', async () => {
  const { store, faults } = await open('/nowhere/at/all/crossfeed.db');
  expect(store.spend.reserve(reservation('a'))).toBe('failed');
  store.spend.release('a');
  expect(store.spend.bookLeftOver(() => '')).toEqual([]);
  expect(store.spend.spent({ kind: 'all' }, 0)).toBeNull();
  expect(faults).toHaveLength(1);
});

test('budgets are put, replaced and removed, and seen by another process', async () => {
  const path = newPath();
  const budget: Budget = {
    id: 'b1',
    of: { kind: 'key', keyId: 'k2' },
    per: 'day',
    nanoAiu: credits(50),
    mode: 'hard',
    source: 'command',
  };
  const { store } = await open(path);
  const other = await open(path);
  store.spend.budgets.put(budget);
  store.spend.budgets.put({ ...budget, nanoAiu: credits(60) });
  expect(other.store.spend.budgets.list()).toEqual([{ ...budget, nanoAiu: credits(60) }]);
  expect(other.store.spend.budgets.remove('b1')).toBe(true);
  expect(other.store.spend.budgets.remove('b1')).toBe(false);
  store.spend.budgets.reload();
  expect(store.spend.budgets.list()).toEqual([]);
});

test('while another program writes, what waits counts as spent, and what is reserved comes back as busy', async () => {
  const path = newPath();
  const { store, clock } = await open(path);
  store.exchanges.record(record(credits(1)));
  clock.advance(250);
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  store.exchanges.record(record(credits(2), { keyId: 'k2', project: 'house', session: 's2' }));
  store.exchanges.record(record(null, { estimate: { ...sampleEstimate, nanoAiu: credits(4) } }));
  const since = sampleRecord.startedAt;
  const { spend } = store;
  expect(spend.spent({ kind: 'all' }, 0)).toBe(credits(7));
  expect(spend.spent({ kind: 'key', keyId: 'k2' }, since)).toBe(credits(2));
  expect(spend.spent({ kind: 'project', project: 'house' }, since)).toBe(credits(2));
  expect(spend.spent({ kind: 'all' }, since, 's2')).toBe(credits(2));
  expect(spend.spent({ kind: 'all' }, since + 2 * dayMs)).toBe(0);
  expect(spend.reserve(reservation('a'))).toBe('busy');
  other.exec('commit');
  other.close();
  clock.advance(1000);
  expect(spend.spent({ kind: 'all' }, 0)).toBe(credits(7));
  expect(spend.reserve(reservation('a'))).toBe('kept');
});
