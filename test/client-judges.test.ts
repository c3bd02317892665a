/** The judges of the runs of real clients let nothing pass: the bill, and what a case says that its client breaks. */
import { expect, test } from 'vitest';
import type { Estimate } from '../src/canonical/spend.ts';
import type { ExchangeRecord } from '../src/canonical/exchange-record.ts';
import type { Simulator } from '../src/simulator/index.ts';
import { allCases } from './clients/all-cases.ts';
import { billComplaints } from './clients/cost-judge.ts';
import { clientTasks } from './clients/tasks.ts';
import { upstreamComplaints } from './clients/upstream-judge.ts';

type Billed = Pick<ExchangeRecord, 'outcome' | 'cost' | 'estimate'>;

const estimate: Estimate = {
  inputTokens: 10,
  cacheReadTokens: 0,
  outputTokens: 10,
  mostOutputTokens: 100,
  tier: 'default',
  nanoAiu: 50,
  mostNanoAiu: 500,
};
const reported = (nanoAiu: number): Billed => ({
  outcome: 'finished',
  cost: { nanoAiu, source: 'reported', tier: 'default' },
  estimate,
});
const unknown = (outcome: Billed['outcome']): Billed => ({
  outcome,
  cost: { nanoAiu: null, source: 'unknown', tier: null },
  estimate,
});

test.each<[string, 'canceled' | undefined, Billed[], number, string | null]>([
  ['what was billed was written down', undefined, [reported(30), reported(12)], 42, null],
  ['a nano-credit is missing', undefined, [reported(30), reported(11)], 42, 'the ledger says 41, the bill 42'],
  ['nobody knows what it cost', undefined, [reported(42), unknown('finished')], 42, 'no known cost'],
  ['a left answer is covered by what was expected', 'canceled', [reported(30), unknown('canceled')], 80, null],
  ['a left answer was dearer than expected', 'canceled', [reported(30), unknown('canceled')], 81, 'and 50 expected'],
  ['more was written down than billed', 'canceled', [reported(30), unknown('canceled')], 29, 'the bill 29'],
  ['a left answer whose price came all the same', 'canceled', [reported(30)], 31, 'the bill 31'],
])('%s', (_, ends, exchanges, billed, wanted) => {
  const said = billComplaints(ends === undefined ? {} : { ends }, exchanges, billed).join();
  if (wanted === null) expect(said).toBe('');
  else expect(said).toContain(wanted);
});

test('a breach is said once a rule, and one that a case names but nobody saw is said too', () => {
  const breach = (rule: string, request: number) => ({ at: 0, request, path: '/v1/messages', rule, detail: '' });
  const seen = { requests: [], openStreams: 0 };
  const simulator = { ...seen, breaches: [breach('opaque', 1), breach('opaque', 2)] } as unknown as Simulator;
  const task = clientTasks.find(({ id }) => id === 'create');
  const mended = allCases.find((one) => one.mended?.includes('signature'));
  if (task === undefined || mended === undefined) throw new Error('no such case');
  expect(upstreamComplaints(task, mended, simulator)).toEqual([
    'it no longer breaks signature',
    expect.stringContaining('2 times a breach: {"at":0,"request":1'),
  ]);
});
