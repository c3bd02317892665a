/** What was spent, what calls under way hold, and the budgets that were set: the ledger as the proxy uses it. */
import type { SQLInputValue } from 'node:sqlite';
import { sql } from 'kysely';
import { counts, type BudgetOf, type Reservation } from '../canonical/budget.ts';
import { countedNanoAiu, type ExchangeRecord } from '../canonical/exchange-record.ts';
import type { BudgetStore } from './budget-store.ts';
import type { ExchangeLog } from './exchange-log.ts';
import { localDay } from './local-day.ts';
import type { OpenDatabase } from './open-database.ts';
import type { Reservations } from './reservations.ts';

export interface SpendStore extends Pick<Reservations, 'reserve' | 'release' | 'leftOver'> {
  /**
   * Books what a process that died left reserved, as failed calls of unknown cost with what was reserved as estimate.
   * For the one server of a home, at its start. Returns them.
   */
  bookLeftOver(programOf: (client: string) => string): readonly Reservation[];
  /**
   * In nano-AIU, billed and priced, and expected where the cost is unknown: of all days from that of `sinceMs` on, or
   * of one session. With what was recorded a moment ago, on disk or not; without reservations. Null where the file
   * cannot be read. Never throws.
   */
  spent(of: BudgetOf, sinceMs: number, session?: string): number | null;
  readonly budgets: BudgetStore;
}

export interface SpendStoreOptions {
  readonly opened: OpenDatabase | undefined;
  readonly reservations: Reservations;
  readonly budgets: BudgetStore;
  readonly report: (thrown: unknown) => unknown;
  readonly exchanges: Pick<ExchangeLog, 'record' | 'flush' | 'waiting'>;
}

export function createSpendStore(options: SpendStoreOptions): SpendStore {
  const { opened, reservations, report, exchanges } = options;

  /** Of what ended and could not be written. */
  function waitingOf(of: BudgetOf, sinceMs: number, session: string | undefined): number {
    let sum = 0;
    for (const row of exchanges.waiting) {
      const isMeant = session === undefined ? localDay(row.startedAt) >= localDay(sinceMs) : row.session === session;
      if (isMeant && counts(of, row)) sum += countedNanoAiu(row);
    }
    return sum;
  }

  return {
    reserve: (reservation) => reservations.reserve(reservation),
    release: (exchangeId) => reservations.release(exchangeId),
    leftOver: () => reservations.leftOver(),
    bookLeftOver(programOf) {
      const left = reservations.leftOver();
      for (const reservation of left) {
        // Held again, so that it goes with the row.
        reservations.reserve(reservation);
        exchanges.record(recordOf(reservation, programOf));
      }
      if (left.length > 0) exchanges.flush();
      return left;
    },
    spent(of, sinceMs, session) {
      exchanges.flush();
      try {
        return opened === undefined ? null : sumOf(opened, of, sinceMs, session) + waitingOf(of, sinceMs, session);
      } catch (thrown) {
        report(thrown);
        return null;
      }
    },
    budgets: options.budgets,
  };
}

function sumOf(
  { database, queries }: OpenDatabase,
  of: BudgetOf,
  sinceMs: number,
  session: string | undefined,
): number {
  const owner = {
    ...(of.kind === 'key' && { key_id: of.keyId }),
    ...(of.kind === 'project' && { project: of.project }),
  };
  const nano = sql<number>`coalesce(sum(nano_aiu + estimated_nano_aiu), 0)`.as('nano');
  const query =
    session === undefined
      ? queries.selectFrom('spend_day').select(nano).where('day', '>=', localDay(sinceMs)).where(owned(owner))
      : queries.selectFrom('session').select(nano).where('id', '=', session).where(owned(owner));
  const { sql: text, parameters } = query.compile();
  return Number(database.prepare(text).get(...(parameters as SQLInputValue[]))?.['nano'] ?? 0);
}

function owned(owner: Readonly<Record<string, string>>) {
  const [[column, value] = []] = Object.entries(owner);
  return column === undefined ? sql<boolean>`true` : sql<boolean>`${sql.ref(column)} = ${value}`;
}

function recordOf(left: Reservation, programOf: (client: string) => string): ExchangeRecord {
  const { exchangeId, at, nanoAiu, estimate, ...known } = left;
  return {
    ...known,
    id: exchangeId,
    startedAt: at,
    durationMs: 0,
    firstTokenMs: null,
    waitedMs: null,
    headMs: null,
    operation: 'generate',
    parentId: null,
    program: programOf(left.client),
    askedModel: left.model,
    endpoint: null,
    lane: null,
    stream: false,
    initiator: null,
    edits: [],
    outcome: 'failed',
    status: 0,
    errorCode: 'internal_error',
    errorMessage: 'Crossfeed ended before this call did: what it cost is not known, and what was reserved counts.',
    upstreamStatus: null,
    upstreamRequestId: null,
    usage: null,
    cost: { nanoAiu: null, source: 'unknown', tier: estimate.tier },
    estimate: { ...estimate, nanoAiu },
    cache: null,
    requestBytes: 0,
    responseBytes: 0,
    heartbeats: 0,
    synthesizedEnding: false,
  };
}
