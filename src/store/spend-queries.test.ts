/** The ledger's answers: told apart, added up, kept behind the log's own bound. */
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleEstimate, sampleRecord, sampleUsage } from '../../test/support/sample-record.ts';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { SpendQuestion } from '../canonical/spend-figures.ts';
import { localDay } from './local-day.ts';
import { openStore } from './open-store.ts';

const dayMs = 24 * 60 * 60 * 1000;
const { startedAt } = sampleRecord;

const rows: readonly Partial<ExchangeRecord>[] = [
  { id: 'a', session: '11aa', startedAt: startedAt - 2 * dayMs },
  { id: 'b', session: '11aa', model: 'gpt', project: 'house', kind: 'title', lane: 'translated' },
  { id: 'c', session: '22bb', keyId: 'k2', program: 'codex', account: 'work', protocol: 'openai-responses' },
  {
    id: 'd',
    session: '22bb',
    keyId: 'k2',
    program: '',
    model: null,
    outcome: 'failed',
    usage: null,
    cost: { nanoAiu: null, source: 'unknown', tier: null },
    estimate: sampleEstimate,
    cache: { cause: 'break', block: 'system', lostTokens: 5, costNanoAiu: 7, alarm: true } as never,
  },
];

async function open() {
  const store = await openStore({
    path: ':memory:',
    clock: createFakeClock(),
    onFault: (fault) => expect(fault).toBe(null),
  });
  onTestFinished(() => store.close());
  for (const row of rows) store.exchanges.record({ ...sampleRecord, ...row });
  return store.ledger;
}

test.each<[SpendQuestion, Record<string, number>]>([
  [{ by: 'model' }, { 'claude-opus-5.5': 2, gpt: 1, '': 1 }],
  [{ by: 'client' }, { 'claude-code': 2, codex: 1, '': 1 }],
  [{ by: 'key' }, { default: 2, k2: 2 }],
  [{ by: 'project' }, { '': 3, house: 1 }],
  [{ by: 'protocol' }, { 'anthropic-messages': 3, 'openai-responses': 1 }],
  [{ by: 'kind' }, { '': 3, title: 1 }],
  [{ by: 'account' }, { octocat: 3, work: 1 }],
  [{ by: 'lane' }, { raw: 3, translated: 1 }],
  [{ by: 'session' }, { '11aa': 2, '22bb': 2 }],
  [{ by: 'day' }, { [localDay(startedAt - 2 * dayMs)]: 1, [localDay(startedAt)]: 3 }],
  [
    { by: 'model', sinceMs: startedAt },
    { 'claude-opus-5.5': 1, gpt: 1, '': 1 },
  ],
  [
    { by: 'model', keyId: 'k2' },
    { 'claude-opus-5.5': 1, '': 1 },
  ],
  [
    { by: 'model', session: '11aa' },
    { 'claude-opus-5.5': 1, gpt: 1 },
  ],
  [{ by: 'session', session: '11aa' }, { '11aa': 2 }],
  [{ by: 'day', session: '22bb' }, { [localDay(startedAt)]: 2 }],
  [{ by: 'key', keyId: 'k3' }, {}],
])('calls of %j', async (question, calls) => {
  const report = (await open()).usage(question);
  expect(Object.fromEntries(report.rows.map((row) => [row.name, row.calls]))).toEqual(calls);
  expect(report.total.calls).toBe(Object.values(calls).reduce((sum, one) => sum + one, 0));
});

test.each([{ by: 'key' }, { by: 'session' }, { by: 'model', session: '22bb' }] as const)(
  'tokens, cost and what is unknown, by %j',
  async (question) => {
    const { total } = (await open()).usage({ ...question, keyId: 'k2' });
    expect(total).toEqual({
      calls: 2,
      failed: 1,
      canceled: 0,
      inputTokens: sampleUsage.inputTokens,
      cacheReadTokens: sampleUsage.cacheReadTokens,
      cacheWriteTokens: 0,
      outputTokens: sampleUsage.outputTokens,
      reasoningTokens: sampleUsage.reasoningTokens,
      costNanoAiu: sampleUsage.costNanoAiu,
      unknownCalls: 1,
      estimatedNanoAiu: sampleEstimate.nanoAiu,
    });
  },
);

test('the dearest comes first, days in their order', async () => {
  const ledger = await open();
  expect(ledger.usage({ by: 'model' }).rows.map(({ name }) => name)).toEqual(['claude-opus-5.5', 'gpt', '']);
  expect(ledger.usage({ by: 'day' }).rows.map(({ name }) => name)).toEqual(
    [startedAt - 2 * dayMs, startedAt].map(localDay),
  );
});

test('sessions: the latest first, one line each, their models once, alarms counted', async () => {
  const ledger = await open();
  const sessions = ledger.sessions({ limit: 10 });
  expect(sessions).toMatchObject([
    { id: expect.stringMatching(/11aa|22bb/) },
    { id: expect.stringMatching(/11aa|22bb/) },
  ]);
  expect(sessions.find(({ id }) => id === '11aa')).toMatchObject({
    keyId: 'default',
    project: 'house',
    program: 'claude-code',
    firstAt: startedAt - 2 * dayMs,
    lastAt: startedAt + sampleRecord.durationMs,
    calls: 2,
    alarms: 0,
  });
  expect(sessions.find(({ id }) => id === '11aa')?.models.toSorted()).toEqual(['claude-opus-5.5', 'gpt']);
  expect(sessions.find(({ id }) => id === '22bb')).toMatchObject({ alarms: 1, models: ['claude-opus-5.5'] });
  expect(ledger.sessions({ limit: 10, keyId: 'k2' }).map(({ id }) => id)).toEqual(['22bb']);
  expect(ledger.sessions({ limit: 10, sinceMs: startedAt + dayMs })).toEqual([]);
  expect(ledger.sessions({ limit: 1 })).toHaveLength(1);
});

test('the latest sessions are found however many projects each has, and however many rows come first', async () => {
  const store = await openStore({
    path: ':memory:',
    clock: createFakeClock(),
    onFault: (fault) => expect(fault).toBe(null),
  });
  onTestFinished(() => store.close());
  for (const [at, session] of ['aa', 'bb', 'cc'].entries())
    for (const project of ['one', 'two', 'three'])
      store.exchanges.record({
        ...sampleRecord,
        id: `${session} ${project}`,
        session,
        project,
        startedAt: startedAt + at * 1_000 + project.length,
      });
  expect(store.ledger.sessions({ limit: 2 }).map(({ id, calls }) => [id, calls])).toEqual([
    ['cc', 3],
    ['bb', 3],
  ]);
  expect(store.ledger.sessions({ limit: 9 }).map(({ id }) => id)).toEqual(['cc', 'bb', 'aa']);
  expect(store.ledger.sessions({ limit: 0 })).toEqual([]);
});

test('one session by the beginning of its id, with its calls in their order; never another key’s', async () => {
  const ledger = await open();
  expect(ledger.session('11')?.exchanges.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(ledger.session('22bb', 'k2')?.session.calls).toBe(2);
  expect(ledger.session('22bb', 'default')).toBeNull();
  expect(ledger.session('33')).toBeNull();
});

test('every row of a time, across pages', async () => {
  const store = await openStore({
    path: ':memory:',
    clock: createFakeClock(),
    onFault: (fault) => expect(fault).toBe(null),
  });
  onTestFinished(() => store.close());
  for (let index = 0; index < 2500; index++)
    store.exchanges.record({ ...sampleRecord, id: `x${index}`, startedAt: startedAt + index });
  const rowsOf = (since: number, until: number) => [...store.ledger.rows(since, until)].map(({ id }) => id);
  expect(rowsOf(0, startedAt + 9999)).toHaveLength(2500);
  expect(rowsOf(startedAt + 10, startedAt + 13)).toEqual(['x10', 'x11', 'x12']);
});

test.each(['model', 'session'] as const)('day by day, by %s, the sums are those of the whole time', async (by) => {
  const ledger = await open();
  const sums: Record<string, number> = {};
  for (const { name, calls } of ledger.days({ by, sinceMs: 0 })) sums[name] = (sums[name] ?? 0) + calls;
  expect(sums).toEqual(Object.fromEntries(ledger.usage({ by }).rows.map(({ name, calls }) => [name, calls])));
  const days = ledger.days({ by, sinceMs: 0 }).map(({ day }) => day);
  expect([...new Set(days)]).toEqual([startedAt - 2 * dayMs, startedAt].map(localDay));
});
