/** Says in words what is wrong with the money of a task: the bill, a hard budget, the alarm of the cache. */
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import type { ClientRun } from './run-client.ts';
import type { ClientTask } from './tasks.ts';

/** opencode asks for a title beside its first call; Gemini CLI asks a free model which one to take. */
const mostCalls = 2;

/** It stops, shows the budget by its name and how to go on, and nothing that costs was served. */
export function capComplaints(
  runs: readonly ClientRun[],
  exchanges: readonly Pick<ExchangeRecord, 'errorCode' | 'cost'>[],
): string[] {
  const printed = runs.map(({ stdout, stderr }) => stdout + stderr).join('\n');
  const paid = exchanges.filter(({ cost }) => cost.nanoAiu !== 0);
  const refused = exchanges.filter(({ errorCode }) => errorCode === 'insufficient_quota');
  return [
    ...(runs.some(({ timedOut }) => timedOut) ? ['ran out of time'] : []),
    ...(printed.includes('Budget') && printed.includes('To go on') ? [] : ['the client does not show the budget']),
    ...(refused.length > 0 && exchanges.length <= mostCalls
      ? []
      : [`${exchanges.length} calls, ${refused.length} of them refused`]),
    ...(paid.length === 0 ? [] : [`${paid.length} calls cost something`]),
  ];
}

/** The tasks change nothing at the head of a prompt, and the simulator forgets nothing. */
export function alarmComplaints({ cache }: Pick<ExchangeRecord, 'cache'>): string[] {
  return cache?.alarm ? [`a false alarm of the cache: ${cache.cause}, ${cache.block}`] : [];
}

/**
 * What the proxy wrote down is what GitHub billed, to the last nano-credit. An answer that the person left is billed as far
 * as it was written, and nobody is told the price: it stands there as unknown, with an estimate that covers it.
 */
export function billComplaints(
  { ends }: Pick<ClientTask, 'ends'>,
  exchanges: readonly Pick<ExchangeRecord, 'outcome' | 'cost' | 'estimate'>[],
  billed: number,
): string[] {
  const written = exchanges.reduce((sum, { cost }) => sum + (cost.nanoAiu ?? 0), 0);
  const isLeft = ({ outcome, cost }: (typeof exchanges)[number]) => outcome === 'canceled' && cost.nanoAiu === null;
  if (exchanges.some((exchange) => exchange.cost.nanoAiu === null && !isLeft(exchange)))
    return ['an exchange that was not left has no known cost'];
  if (ends !== 'canceled' || !exchanges.some(isLeft))
    return written === billed ? [] : [`the ledger says ${written}, the bill ${billed}`];
  const expected = exchanges.filter(isLeft).reduce((sum, { estimate }) => sum + (estimate?.nanoAiu ?? 0), 0);
  const isCovered = written <= billed && billed <= written + expected;
  return isCovered ? [] : [`the ledger says ${written} and ${expected} expected, the bill ${billed}`];
}
