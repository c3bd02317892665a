/** Says in words what is wrong with a task that a client carried out; nothing if it was truly done. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExchangeRecord } from '../../src/canonical/exchange-record.ts';
import type { Simulator } from '../../src/simulator/index.ts';
import { alarmComplaints, capComplaints } from './cost-judge.ts';
import type { ClientCase } from './client-case.ts';
import type { ClientRun } from './run-client.ts';
import type { ClientTask } from './tasks.ts';

/** A log line names the rules of its edits alone. */
type LoggedExchange = Omit<ExchangeRecord, 'edits'> & { readonly edits: readonly string[] };

export interface Finished {
  readonly task: ClientTask;
  /** One run a turn, the last one maybe cut short. */
  readonly runs: readonly ClientRun[];
  readonly cwd: string;
  readonly clientCase: ClientCase;
  readonly simulator: Simulator;
  /** What the proxy printed. */
  readonly proxyOutput: string;
  /** The hosts outside that the client asked for; it got none. */
  readonly asked: readonly string[];
}

export function complaints({ task, runs, cwd, clientCase, simulator, proxyOutput, asked }: Finished): string[] {
  const exchanges = exchangesIn(proxyOutput);
  if (task.budget !== undefined) return capComplaints(runs, exchanges);
  const { route } = clientCase;
  const onRoute = exchanges.filter((exchange) => exchange.route === route).length;
  return [
    ...task.turns.flatMap(({ says }, index) => runComplaints(runs[index], says)),
    ...Object.entries(task.leaves).flatMap(([name, wanted]) => fileComplaints(cwd, name, wanted)),
    ...(onRoute >= task.exchanges ? [] : [`${onRoute} exchanges on ${route}, not ${task.exchanges}`]),
    ...exchanges.flatMap(exchangeComplaints),
    ...exchanges.flatMap(alarmComplaints),
    ...translationComplaints(clientCase, exchanges),
    ...compactionComplaints(clientCase, simulator),
    ...searchComplaints(clientCase, exchanges),
    ...asked.map((host) => `asked for ${host}`),
    ...simulator.breaches.map((breach) => `breach: ${JSON.stringify(breach)}`),
    ...(simulator.openStreams === 0 ? [] : [`${simulator.openStreams} upstream streams are still open`]),
  ];
}

function runComplaints(run: ClientRun | undefined, says: string): string[] {
  if (run === undefined) return ['a turn was not reached'];
  return [
    ...(run.timedOut ? ['ran out of time'] : []),
    ...(run.exitCode === 0 ? [] : [`exit code ${run.exitCode}`]),
    ...(run.stdout.includes(says) ? [] : [`the final text does not say ${says}`]),
  ];
}

function fileComplaints(cwd: string, name: string, wanted: string): string[] {
  const file = join(cwd, name);
  if (!existsSync(file)) return [`${name} is missing`];
  const content = readFileSync(file, 'utf8').trimEnd();
  return content === wanted ? [] : [`${name} holds ${JSON.stringify(content)}`];
}

function exchangeComplaints(exchange: LoggedExchange): string[] {
  if (exchange.outcome !== 'finished') return [`an exchange ${exchange.outcome}: ${exchange.errorMessage}`];
  return exchange.synthesizedEnding ? ['the proxy had to write an ending itself'] : [];
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

function compactionComplaints({ compacts = false }: ClientCase, simulator: Simulator): string[] {
  const declared = simulator.requests.filter(
    ({ headers }) => headers['x-interaction-type'] === 'conversation-compaction',
  );
  return !compacts || declared.length === 1 ? [] : [`${declared.length} compactions, not one`];
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
