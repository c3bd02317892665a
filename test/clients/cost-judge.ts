/** Says in words what is wrong with what a client made of a hard budget, or the cache alarm of a client. */
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import type { ClientRun } from './run-client.ts';

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
