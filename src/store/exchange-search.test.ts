/** The log is searched a page at a time: every row that fits comes once, whatever stops a page. */
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleRecord } from '../../test/support/sample-record.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { ExchangeSearch } from '../canonical/exchange-search.ts';
import type { Clock } from '../base/clock.ts';
import { openStore, type Store } from './open-store.ts';

async function storeWith(
  records: readonly Partial<ExchangeRecord>[],
  clock: Clock = createFakeClock(),
): Promise<Store> {
  const store = await openStore({ path: ':memory:', clock, onFault: (error) => expect.unreachable(error.message) });
  onTestFinished(() => store.close());
  for (const [at, record] of records.entries())
    store.exchanges.record({ ...sampleRecord, id: `x${at}`, startedAt: 1000 + at, ...record });
  store.exchanges.flush();
  return store;
}

/** All pages, one after the other. */
function whole(store: Store, search: Omit<ExchangeSearch, 'limit'>, limit = 2): readonly string[] {
  const ids: string[] = [];
  for (let before: number | undefined; ;) {
    const page = store.findExchanges({ ...search, limit, before });
    ids.push(...page.rows.map(({ id }) => id));
    if (page.next === null) return ids;
    before = page.next;
  }
}

const rows: readonly Partial<ExchangeRecord>[] = [
  { model: 'gpt-6-luna', lane: 'translated', keyId: 'k1', session: 'aa' },
  { outcome: 'failed', status: 429, errorCode: 'rate_limited', errorMessage: 'GitHub asked for a pause.' },
  { edits: [{ rule: 'drop-empty-text', reason: 'Empty blocks are refused.' }], lane: 'patched' },
  { parentId: 'x1', program: 'codex', project: 'Größe' },
  { model: 'gpt-6-luna', outcome: 'canceled', status: 0, keyId: 'k1', session: 'ab' },
];

test.each<[what: string, search: Omit<ExchangeSearch, 'limit'>, found: readonly string[]]>([
  ['nothing asked: all, the latest first', {}, ['x4', 'x3', 'x2', 'x1', 'x0']],
  ['an outcome', { outcome: 'failed' }, ['x1']],
  ['a lane', { lane: 'patched' }, ['x2']],
  ['a model', { model: 'gpt-6-luna' }, ['x4', 'x0']],
  ['a key and a session', { keyId: 'k1', session: 'aa' }, ['x0']],
  ['a parent', { parentId: 'x1' }, ['x3']],
  ['a time: from the one, before the other', { sinceMs: 1001, untilMs: 1003 }, ['x2', 'x1']],
  ['a time without anything', { sinceMs: 9000 }, []],
  ['words of an error, in any case', { words: 'GITHUB pause' }, ['x1']],
  ['the rule of an edit, not its reason', { words: 'drop-empty-text' }, ['x2']],
  ['a word of a reason', { words: 'refused' }, []],
  ['every word has to be there', { words: 'codex rate_limited' }, []],
  ['what stands for any character elsewhere', { words: '%' }, []],
  ['several at once', { model: 'gpt-6-luna', outcome: 'canceled', words: 'x4' }, ['x4']],
])('%s', async (_, search, found) => {
  expect(whole(await storeWith(rows), search)).toEqual(found);
});

test('a page that took too long ends early, and the next one goes on behind it', async () => {
  const clock = createFakeClock();
  const slow: Clock = { ...clock, monotonic: () => (clock.advance(50), clock.monotonic()) };
  const many = Array.from({ length: 12_000 }, (_, at) => ({ model: at === 3 ? 'rare' : 'usual' }));
  const store = await storeWith(many, slow);
  const first = store.findExchanges({ limit: 10, model: 'rare' });
  expect(first).toEqual({ rows: [], next: expect.any(Number) as number });
  expect(whole(store, { model: 'rare' })).toEqual(['x3']);
  expect(whole(store, {}, 5_000)).toHaveLength(12_000);
});

test('a row that waits to be written is found as well', async () => {
  const store = await storeWith([]);
  store.exchanges.record({ ...sampleRecord, id: 'new' });
  expect(whole(store, {})).toEqual(['new']);
});
