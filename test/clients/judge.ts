/** Says in words what is wrong with a task that a client carried out; nothing if it was truly done. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { alarmComplaints, billComplaints, capComplaints } from './cost-judge.ts';
import type { ClientCase } from './client-case.ts';
import type { ClientRun } from './run-client.ts';
import type { ClientTask } from './tasks.ts';
import { upstreamComplaints } from './upstream-judge.ts';

/** A log line names the rules of its edits alone. */
type LoggedExchange = Omit<ExchangeRecord, 'edits'> & { readonly edits: readonly string[] };

export interface Finished {
  readonly task: ClientTask;
  /** One run a turn, the last one maybe cut short. */
  readonly runs: readonly ClientRun[];
  readonly cwd: string;
  readonly clientCase: ClientCase;
  readonly simulator: Simulator;
  /** What GitHub says that the task cost. */
  readonly billedNanoAiu: number;
  /** What the proxy printed. */
  readonly proxyOutput: string;
  /** The hosts outside that the client asked for; it got none. */
  readonly asked: readonly string[];
}

export function complaints(finished: Finished): string[] {
  const { task, runs, cwd, clientCase, simulator, billedNanoAiu, proxyOutput, asked } = finished;
  const exchanges = exchangesIn(proxyOutput);
  const { route, asksFor } = clientCase;
  const always = [
    ...billComplaints(task, exchanges, billedNanoAiu),
    ...upstreamComplaints(task, clientCase, simulator),
    ...asked.filter((host) => !asksFor?.includes(host)).map((host) => `asked for ${host}`),
  ];
  if (task.budget !== undefined) return [...capComplaints(runs, exchanges), ...always];
  const onRoute = exchanges.filter((exchange) => exchange.route === route).length;
  return [
    ...task.turns.flatMap(({ says }, index) => runComplaints(runs[index], says, task)),
    ...Object.entries(task.leaves).flatMap(([name, wanted]) => fileComplaints(cwd, name, wanted)),
    ...(onRoute >= task.exchanges ? [] : [`${onRoute} exchanges on ${route}, not ${task.exchanges}`]),
    ...endingComplaints(task, clientCase, exchanges),
    ...exchanges.flatMap(alarmComplaints),
    ...translationComplaints(clientCase, exchanges),
    ...searchComplaints(clientCase, exchanges),
    ...always,
  ];
}

function runComplaints(run: ClientRun | undefined, says: string, { ends }: ClientTask): string[] {
  if (run === undefined) return ['a turn was not reached'];
  const printed = ends === undefined ? run.stdout : `${run.stdout}\n${run.stderr}`;
  return [
    ...(run.timedOut ? ['ran out of time'] : []),
    // How a tool ends that was stopped, or could not go on, is its own affair.
    ...(run.exitCode === 0 || ends !== undefined ? [] : [`exit code ${run.exitCode}`]),
    ...(printed.includes(says) ? [] : [`the final text does not say ${says}`]),
  ];
}

function fileComplaints(cwd: string, name: string, wanted: string): string[] {
  const file = join(cwd, name);
  if (!existsSync(file)) return [`${name} is missing`];
  const content = readFileSync(file, 'utf8').trimEnd();
  return content === wanted ? [] : [`${name} holds ${JSON.stringify(content)}`];
}

/** Every exchange ends as the task says that it may. */
function endingComplaints(
  { refusal, ends }: ClientTask,
  { overflows = false }: ClientCase,
  exchanges: readonly LoggedExchange[],
): string[] {
  const refused = exchanges.filter(({ outcome }) => outcome === 'failed');
  const isTold = ({ errorCode }: LoggedExchange) => overflows && errorCode === 'context_length_exceeded';
  const strange = exchanges.filter((exchange) => {
    if (exchange.outcome === 'canceled') return ends !== 'canceled';
    return exchange.outcome === 'failed' && !isTold(exchange) && (refusal === undefined || ends === 'canceled');
  });
  return [
    ...strange.map(({ outcome, errorMessage }) => `an exchange ${outcome}: ${errorMessage}`),
    ...(ends === 'canceled' && !exchanges.some(({ outcome }) => outcome === 'canceled')
      ? ['no exchange was canceled']
      : []),
    ...(refusal !== undefined && refused.length > refusal.atMost
      ? [`${refused.length} exchanges failed, not ${refusal.atMost}: ${refused.at(-1)?.errorMessage}`]
      : []),
    ...exchanges.flatMap(({ synthesizedEnding }) =>
      synthesizedEnding ? ['the proxy had to write an ending itself'] : [],
    ),
  ];
}

/** A case that is called foreign must have been translated, and one that changes its family must say what stayed behind. */
function translationComplaints(
  { translated, handsThoughtsOn }: ClientCase,
  exchanges: readonly LoggedExchange[],
): string[] {
  if (!translated) return [];
  const rules = new Set(exchanges.flatMap(({ edits }) => edits));
  return [
    ...(exchanges.some(({ lane }) => lane === 'translated') ? [] : ['no exchange was translated']),
    ...(rules.has('grammar-fault') ? ['what was written breaks its grammar'] : []),
    ...(!handsThoughtsOn || rules.has('reasoning-left-behind') ? [] : ['nobody said what was left behind']),
  ];
}

/** The proxy's log has a line a record, among others. */
function exchangesIn(output: string): LoggedExchange[] {
  return output.split('\n').flatMap((line) => {
    if (!line.includes('"outcome"')) return [];
    return [(JSON.parse(line) as { exchange: LoggedExchange }).exchange];
  });
}

function searchComplaints({ searches = false }: ClientCase, exchanges: readonly LoggedExchange[]): string[] {
  const made = exchanges.filter(({ kind }) => kind === 'web-search').length;
  return !searches || made === 1 ? [] : [`${made} searches, not one`];
}
