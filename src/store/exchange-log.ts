/** The log of exchanges in the database: written in batches off the request path, the newest kept. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { Clock, Timer } from '../base/clock.ts';
import { countedNanoAiu, type ExchangeRecord } from '../canonical/exchange-record.ts';
import type { StoreHealth } from '../canonical/store-health.ts';
import { fromExchangeRow, toExchangeRow } from './exchange-row.ts';
import { inTransaction } from './in-transaction.ts';
import type { OpenDatabase } from './open-database.ts';
import type { FaultDesk } from './store-fault.ts';
import { createWriteQueue } from './write-queue.ts';

export interface ExchangeLog {
  /** Writes the row within about 250 ms. Never throws and never blocks for more than queuing. */
  record(row: ExchangeRecord): void;
  /** The last `limit` exchanges that ended, newest first; of sessions whose id begins so, where that is said. */
  recent(limit: number, session?: string): Promise<readonly ExchangeRecord[]>;
  find(id: string): Promise<ExchangeRecord | undefined>;
  /** Writes everything that waits, now. */
  flush(): void;
  /** What is not on disk yet, oldest first. */
  readonly waiting: readonly ExchangeRecord[];
  health(): StoreHealth;
}

export interface ExchangeLogOptions {
  /** Undefined where the file could not be opened: then the log lives in memory. */
  readonly opened: OpenDatabase | undefined;
  readonly clock: Clock;
  /** How many rows the file keeps. */
  readonly keepRows: number;
  readonly faults: FaultDesk;
  /** False where the file is another one by now, or none. */
  readonly isInPlace: () => boolean;
  /** What else belongs to a row, in the same transaction. `isNew` is false where its id is in the log already. */
  readonly onRow?: (record: ExchangeRecord, isNew: boolean) => void;
  readonly onCommitted?: (records: readonly ExchangeRecord[]) => void;
}

const batchRows = 1000;
const pruneRows = 500;
/** A row is about 1 kB in memory. */
const memoryRows = 10_000;

export function createExchangeLog(options: ExchangeLogOptions): ExchangeLog & { close(): void } {
  const { opened, clock, keepRows, faults, isInPlace } = options;
  const report = (thrown: unknown) => faults.report(thrown);
  const write = opened && createWrite(opened, options);
  const prune = opened && createPrune(opened, keepRows);
  let sincePruned = 0;
  let droppedRows = 0;
  let droppedNanoAiu = 0;
  let pruning: Timer | undefined;

  const queue = createWriteQueue<ExchangeRecord>({
    clock,
    delayMs: 250,
    batch: batchRows,
    capacity: memoryRows,
    write:
      write &&
      ((rows) => {
        write(rows);
        if (isInPlace()) faults.recovered();
        else faults.reportKind('gone');
        sincePruned += rows.length;
        if (sincePruned < Math.min(pruneRows, keepRows)) return;
        sincePruned = 0;
        pruning ??= clock.after(1000, pruneStep);
      }),
    // A damaged file stays damaged; everything else may pass.
    onFailure: (thrown) => report(thrown) !== 'damaged',
    onDropped(rows) {
      droppedRows += rows.length;
      for (const row of rows) droppedNanoAiu += countedNanoAiu(row);
    },
  });

  /** At most 500 rows at a time, so that a lowered bound does not stop the streams while it deletes. */
  function pruneStep() {
    pruning = undefined;
    try {
      if (prune?.() === pruneRows) pruning = clock.after(1000, pruneStep);
    } catch (thrown) {
      report(thrown);
    }
  }

  const newestWaiting = (limit: number, session: string) =>
    queue.waiting
      .filter((row) => row.session.startsWith(session))
      .slice(-limit)
      .toReversed();

  return {
    record: (row) => queue.add(row),
    async recent(limit, session = '') {
      if (!Number.isSafeInteger(limit) || limit <= 0) return [];
      if (opened === undefined) return newestWaiting(limit, session);
      queue.flush();
      const waiting = newestWaiting(limit, session);
      try {
        const rows = await opened.queries
          .selectFrom('exchange')
          .selectAll()
          .$if(session !== '', (rows) => rows.where('session', 'like', `${session.replaceAll(/[^\w-]/g, '_')}%`))
          .orderBy('seq', 'desc')
          .limit(limit - waiting.length)
          .execute();
        return [...waiting, ...rows.map(fromExchangeRow)];
      } catch (thrown) {
        report(thrown);
        return waiting;
      }
    },
    async find(id) {
      const waiting = queue.waiting.find((row) => row.id === id);
      if (waiting !== undefined || opened === undefined) return waiting;
      try {
        const row = await opened.queries.selectFrom('exchange').selectAll().where('id', '=', id).executeTakeFirst();
        return row && fromExchangeRow(row);
      } catch (thrown) {
        report(thrown);
        return undefined;
      }
    },
    flush: () => queue.flush(),
    get waiting() {
      return queue.waiting;
    },
    health: () => ({ fault: faults.fault, waitingRows: queue.waiting.length, droppedRows, droppedNanoAiu }),
    close() {
      queue.close();
      pruning?.cancel();
    },
  };
}

/** kysely writes the statement once; SQLite prepares it once. Nothing else is fast enough for a burst. */
function createWrite(
  { database, queries }: OpenDatabase,
  { onRow, onCommitted }: Pick<ExchangeLogOptions, 'onRow' | 'onCommitted'>,
): (records: readonly ExchangeRecord[]) => void {
  let statement: StatementSync | undefined;
  const insert = (record: ExchangeRecord) => {
    const values = toExchangeRow(record);
    statement ??= database.prepare(
      queries
        .insertInto('exchange')
        .values(values)
        .onConflict((conflict) => conflict.column('id').doNothing())
        .compile().sql,
    );
    const { changes } = statement.run(...(Object.values(values) as SQLInputValue[]));
    onRow?.(record, Number(changes) > 0);
  };
  return (records) => {
    inTransaction(database, () => records.forEach(insert));
    onCommitted?.(records);
  };
}

/** Deletes the oldest rows beyond the bound, at most `pruneRows`; returns how many. */
function createPrune({ database, queries }: OpenDatabase, keepRows: number): () => number {
  const { sql: statement, parameters } = queries
    .deleteFrom('exchange')
    .where('seq', 'in', (old) =>
      old
        .selectFrom('exchange')
        .select('seq')
        .where('seq', '<=', (newest) =>
          newest.selectFrom('exchange').select(sql<number>`max(seq) - ${keepRows}`.as('bound')),
        )
        .orderBy('seq')
        .limit(pruneRows),
    )
    .compile();
  return () => Number(database.prepare(statement).run(...(parameters as SQLInputValue[])).changes);
}
