/** The store as the proxy uses it: across starts, in batches, on disks that fail. */
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleEstimate, sampleRecord, sampleUsage } from '../../test/support/sample-record.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { Cost } from '../canonical/spend.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import { migrations } from './migrate.ts';
import { openStore } from './open-store.ts';
import type { StoreFault } from './store-fault.ts';

async function open(path = ':memory:', keepRows?: number) {
  const clock = createFakeClock();
  const faults: StoreFault[] = [];
  const recoveries: string[] = [];
  const store = await openStore({
    path,
    clock,
    onFault: (fault) => faults.push(fault as StoreFault),
    onRecovery: (message) => recoveries.push(message),
    ...(keepRows === undefined ? {} : { keepRows }),
  });
  onTestFinished(() => store.close());
  return { store, clock, faults, recoveries };
}

const newPath = () => join(temporaryFolder(), 'crossfeed.db');
const record = (id: string, more: Partial<ExchangeRecord> = {}): ExchangeRecord => ({ ...sampleRecord, id, ...more });
const idsOf = (rows: readonly ExchangeRecord[]) => rows.map(({ id }) => id);

function countRows(path: string): number {
  const database = new DatabaseSync(path, { readOnly: true });
  const row = database.prepare('select count(*) as count from exchange').get();
  database.close();
  return Number(row?.['count']);
}

const failed: ExchangeRecord = {
  ...sampleRecord,
  firstTokenMs: null,
  waitedMs: null,
  headMs: null,
  askedModel: null,
  model: null,
  endpoint: null,
  lane: null,
  stream: false,
  initiator: null,
  edits: [
    { rule: 'a', reason: 'ü "quoted"', path: 'b.c' },
    { rule: 'd', reason: 'e' },
  ],
  outcome: 'failed',
  errorCode: 'upstream_stalled',
  errorMessage: 'It went silent.',
  upstreamStatus: null,
  upstreamRequestId: null,
  usage: null,
  cost: { nanoAiu: null, source: 'unknown', tier: null },
  synthesizedEnding: true,
};

const billed = (nanoAiu: number, counts: Partial<TokenUsage> = {}): ExchangeRecord => ({
  ...sampleRecord,
  usage: { ...sampleUsage, ...counts, costNanoAiu: nanoAiu },
  cost: { nanoAiu, source: 'reported', tier: 'default' },
});

test.each([
  ['finished', sampleRecord],
  ['failed', failed],
  ['a large cost', billed(9_000_000_000_000_001)],
  ['zeros', billed(0, { inputTokens: 0 })],
  [
    'priced',
    {
      ...sampleRecord,
      usage: { ...sampleUsage, costNanoAiu: null },
      cost: { nanoAiu: 7_500_000, source: 'priced', tier: 'long' },
      project: 'house',
      parentId: 'x0',
      kind: 'conversation-compaction',
      estimate: sampleEstimate,
    },
  ],
  [
    'a lost cache',
    {
      ...sampleRecord,
      cache: { cause: 'changed', block: 'tool 7 (Bash)', lostTokens: 18_000, costNanoAiu: null, alarm: true },
    },
  ],
])('an exchange comes back from the file as it was: %s', async (_what, row) => {
  const path = newPath();
  const first = await open(path);
  first.store.exchanges.record(row as ExchangeRecord);
  first.store.close();
  const { store } = await open(path);
  expect(await store.exchanges.recent(10)).toEqual([row]);
  expect(await store.exchanges.find(row.id)).toEqual(row);
});

test('fractions of a clock are rounded and impossible counts are unknown', async () => {
  const { store } = await open();
  const usage = { ...sampleUsage, inputTokens: Number.NaN };
  const cost: Cost = { nanoAiu: 2 ** 60, source: 'reported', tier: 'default' };
  store.exchanges.record(record('x', { durationMs: 1.6, firstTokenMs: 0.2, usage, cost }));
  store.exchanges.flush();
  expect(await store.exchanges.find('x')).toMatchObject({
    durationMs: 2,
    firstTokenMs: 0,
    usage: { inputTokens: null, costNanoAiu: null, outputTokens: 356 },
  });
});

test('usage, cost and edits are integers, null and JSON in the file', async () => {
  const path = newPath();
  const { store } = await open(path);
  store.exchanges.record(record('x', { edits: [{ rule: 'a', reason: 'b' }] }));
  store.close();
  const database = new DatabaseSync(path);
  const row = database
    .prepare('select typeof(cost_nano_aiu) c, typeof(cache_write_tokens) w, typeof(duration_ms) d, edits from exchange')
    .get();
  database.close();
  expect({ ...row }).toEqual({ c: 'integer', w: 'null', d: 'integer', edits: '[{"rule":"a","reason":"b"}]' });
});

test('rows are written together, a little later', async () => {
  const path = newPath();
  const { store, clock } = await open(path);
  for (const id of ['a', 'b', 'c']) store.exchanges.record(record(id));
  clock.advance(249);
  expect(countRows(path)).toBe(0);
  clock.advance(1);
  expect(countRows(path)).toBe(3);
  expect(clock.timers).toBe(0);
});

test('of one session by the beginning of its id, written or waiting', async () => {
  const { store, clock } = await open();
  const of = (id: string, session: string) => store.exchanges.record({ ...record(id), session });
  of('a', 'abcd01');
  of('b', 'ffff02');
  clock.advance(250);
  of('c', 'abcd01');
  of('d', 'abff03');
  expect(idsOf(await store.exchanges.recent(10, 'abcd'))).toEqual(['c', 'a']);
  expect(idsOf(await store.exchanges.recent(1, 'ffff02'))).toEqual(['b']);
  expect(await store.exchanges.recent(10, 'none')).toEqual([]);
});

test('the newest come first, what waits among them, and an id counts once', async () => {
  const { store, clock } = await open();
  for (const id of ['a', 'b', 'a', 'c']) store.exchanges.record(record(id));
  clock.advance(250);
  store.exchanges.record(record('d'));
  expect(idsOf(await store.exchanges.recent(3))).toEqual(['d', 'c', 'b']);
  expect(idsOf(await store.exchanges.recent(10))).toEqual(['d', 'c', 'b', 'a']);
  expect(await store.exchanges.recent(0)).toEqual([]);
  expect(await store.exchanges.find('nobody')).toBeUndefined();
});

test('only the newest are kept, deleted in small steps after the writing', async () => {
  const path = newPath();
  const { store, clock } = await open(path, 100);
  for (let index = 0; index < 1500; index++) store.exchanges.record(record(`x${index}`));
  store.exchanges.flush();
  expect(countRows(path)).toBe(1500);
  clock.advance(1000);
  expect(countRows(path)).toBe(1000);
  clock.advance(1000);
  expect(countRows(path)).toBe(500);
  clock.advance(1000);
  expect(countRows(path)).toBe(100);
  expect(idsOf(await store.exchanges.recent(1000)).at(-1)).toBe('x1400');
  expect(clock.timers).toBe(0);
});

test('facts are remembered across starts', async () => {
  const path = newPath();
  const first = await open(path);
  first.store.facts.set('a', '1');
  first.store.facts.set('a', '2');
  first.store.facts.set('b', '3');
  first.store.facts.delete('b');
  expect(first.store.facts.get('a')).toBe('2');
  first.store.close();
  const { store } = await open(path);
  expect([store.facts.get('a'), store.facts.get('b'), store.facts.get('c')]).toEqual(['2', undefined, undefined]);
});

test.skipIf(process.platform === 'win32')('file and journal are the owner’s alone, also if they were not', async () => {
  const path = newPath();
  writeFileSync(path, '');
  chmodSync(path, 0o644);
  const { store } = await open(path);
  store.facts.set('a', '1');
  expect([path, `${path}-wal`, `${path}-shm`].map((one) => statSync(one).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
});

test('a file of a newer version is refused and left alone', async () => {
  const path = newPath();
  (await open(path)).store.close();
  const database = new DatabaseSync(path);
  database.exec("insert into migration values ('999-future', 1)");
  database.close();
  await expect(open(path)).rejects.toMatchObject({
    code: 'newer_version',
    message: expect.stringContaining('999-future'),
  });
  const after = new DatabaseSync(path);
  expect(after.prepare('select count(*) as count from migration').get()?.['count']).toBe(migrations.length + 1);
  after.close();
});

test('two starts at once on a new file both get it', async () => {
  const path = newPath();
  const [one, two] = await Promise.all([open(path), open(path)]);
  one.store.exchanges.record(record('a'));
  two.store.exchanges.record(record('b'));
  one.store.exchanges.flush();
  two.store.exchanges.flush();
  expect(idsOf(await one.store.exchanges.recent(5)).sort()).toEqual(['a', 'b']);
  expect([...one.faults, ...two.faults]).toEqual([]);
});

test.each([
  ['is no database', (path: string) => writeFileSync(path, 'not a database at all '.repeat(100)), 'damaged'],
  ['is a folder', (path: string) => mkdirSync(path), 'unreachable'],
])('where the file %s, the store lives in memory and says so once', async (_what, damage, kind) => {
  const path = newPath();
  damage(path);
  const { store, clock, faults } = await open(path);
  store.facts.set('k', 'v');
  for (const id of ['a', 'b']) store.exchanges.record(record(id));
  clock.advance(1000);
  expect(idsOf(await store.exchanges.recent(5))).toEqual(['b', 'a']);
  expect(await store.exchanges.find('a')).toEqual(record('a'));
  expect(store.facts.get('k')).toBe('v');
  expect(faults.map((fault) => fault.kind)).toEqual([kind]);
});

test('a file that is damaged where exchanges are: told once, the rest is in memory, facts still work', async () => {
  const path = newPath();
  (await open(path)).store.close();
  const damaged = new DatabaseSync(path);
  const page = damaged.prepare("select rootpage from sqlite_schema where name = 'exchange'").get()?.['rootpage'];
  damaged.close();
  const bytes = readFileSync(path);
  writeFileSync(path, bytes.fill(7, (Number(page) - 1) * 4096, Number(page) * 4096));
  const { store, clock, faults } = await open(path);
  for (const id of ['a', 'b']) store.exchanges.record(record(id));
  clock.advance(100_000);
  store.exchanges.record(record('c'));
  expect(idsOf(await store.exchanges.recent(5))).toEqual(['c', 'b', 'a']);
  expect(await store.exchanges.find('nobody')).toBeUndefined();
  store.facts.set('k', 'v');
  expect(faults.map((fault) => fault.kind)).toEqual(['damaged']);
  expect(clock.timers).toBe(0);
});

test('writing fails: rows wait in memory, the fault is told once, and they are written when it works again', async () => {
  const path = newPath();
  (await open(path)).store.close();
  const limiter = new DatabaseSync(path);
  limiter.exec("create trigger refuses before insert on exchange begin select raise(abort, 'no'); end");
  const { store, clock, faults } = await open(path);
  for (const id of ['a', 'b']) store.exchanges.record(record(id));
  clock.advance(120_000);
  expect(faults).toHaveLength(1);
  expect(countRows(path)).toBe(0);
  expect(idsOf(await store.exchanges.recent(5))).toEqual(['b', 'a']);
  expect(await store.exchanges.find('b')).toEqual(record('b'));
  limiter.exec('drop trigger refuses');
  limiter.close();
  clock.advance(60_000);
  expect(countRows(path)).toBe(2);
  expect(idsOf(await store.exchanges.recent(5))).toEqual(['b', 'a']);
});

test('another writer holds the file: the row waits its turn', async () => {
  const path = newPath();
  const { store, clock, faults, recoveries } = await open(path);
  const other = new DatabaseSync(path);
  other.exec('begin immediate');
  store.exchanges.record(record('a'));
  clock.advance(250);
  expect(faults.map((fault) => fault.kind)).toEqual(['busy']);
  expect(store.health()).toMatchObject({ fault: { kind: 'busy' }, waitingRows: 1, droppedRows: 0 });
  other.exec('commit');
  other.close();
  clock.advance(1000);
  expect(countRows(path)).toBe(1);
  expect(store.health()).toEqual({ fault: null, waitingRows: 0, droppedRows: 0, droppedNanoAiu: 0 });
  expect(recoveries).toEqual([`${path}: it can be used again after 1 s.`]);
});

test('what was recorded before the end is written by it, and closing twice is fine', async () => {
  const path = newPath();
  const { store } = await open(path);
  store.exchanges.record(record('a'));
  store.close();
  store.close();
  store.exchanges.record(record('late'));
  expect(countRows(path)).toBe(1);
});

test('what can be kept no longer is counted with its cost, and what is lost at the end is told', async () => {
  const path = newPath();
  mkdirSync(path);
  const { store, faults } = await open(path);
  const cost = { nanoAiu: 2, source: 'reported', tier: null } as const;
  const unknown = { nanoAiu: null, source: 'unknown', tier: null } as const;
  const estimate = { ...sampleEstimate, nanoAiu: 3 };
  for (let at = 0; at < 12_501; at++)
    store.exchanges.record(record(`x${at}`, at === 0 ? { cost: unknown, estimate } : { cost }));
  expect(store.health()).toMatchObject({ waitingRows: 10_000, droppedRows: 2501, droppedNanoAiu: 3 + 2500 * 2 });
  store.close();
  expect(faults.at(-1)?.message).toBe(`${path}: 12501 exchanges are lost with this process.`);
});

test.skipIf(process.platform === 'win32')(
  'a file that is moved away under the proxy is told, put back it is well again',
  async () => {
    const path = newPath();
    const { store, clock, faults, recoveries } = await open(path);
    const write = (id: string) => {
      store.exchanges.record(record(id));
      clock.advance(11_000);
    };
    write('a');
    expect(faults).toEqual([]);
    renameSync(path, `${path}.away`);
    write('b');
    write('c');
    expect(faults.map((fault) => fault.kind)).toEqual(['gone']);
    expect(store.health().fault?.message).toContain('somebody moved or deleted it');
    renameSync(`${path}.away`, path);
    write('d');
    expect(store.health().fault).toBeNull();
    expect(recoveries).toHaveLength(1);
    expect(countRows(path)).toBe(4);
  },
);
