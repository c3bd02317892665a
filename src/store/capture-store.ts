/** Captured exchanges in the database: bounded by size and age, the oldest go first. */
import type { SQLInputValue } from 'node:sqlite';
import type { Compilable } from 'kysely';
import type { Clock } from '../base/clock.ts';
import type { Capture, CaptureBounds, CaptureSummary } from '../canonical/capture.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import { inTransaction } from './in-transaction.ts';
import type { OpenDatabase } from './open-database.ts';
import { createWriteQueue } from './write-queue.ts';

export interface CaptureStore {
  /** Written within a second, with what is beyond the bounds gone. Never throws. */
  put(capture: Capture, bounds: CaptureBounds): void;
  /** Deletes what is beyond the bounds. Never throws. */
  prune(bounds: CaptureBounds): void;
  /** The newest first. */
  list(limit: number): readonly (CaptureSummary & { readonly bytes: number })[];
  /** By the exchange's whole id. */
  find(exchangeId: string): Capture | undefined;
  /** One, or all without an id: how many were deleted. Throws what SQLite throws. */
  delete(exchangeId?: string): number;
  /** How many there are, and their bytes. */
  size(): { readonly captures: number; readonly bytes: number };
}

export interface CaptureStoreOptions {
  /** Undefined where the file could not be opened: then nothing is kept. */
  readonly opened: OpenDatabase | undefined;
  readonly clock: Clock;
  readonly report: (thrown: unknown) => unknown;
}

interface Waiting {
  readonly capture: Capture;
  readonly bounds: CaptureBounds;
}

export function createCaptureStore(options: CaptureStoreOptions): CaptureStore & { close(): void } {
  const { opened, clock, report } = options;

  const queue = createWriteQueue<Waiting>({
    clock,
    delayMs: 250,
    batch: 20,
    capacity: 50,
    write:
      opened &&
      ((waiting) =>
        inTransaction(opened.database, () => {
          for (const { capture } of waiting) insert(capture);
          const last = waiting.at(-1);
          if (last) dropBeyond(last.bounds);
        })),
    onFailure: (thrown) => report(thrown) !== 'damaged',
  });

  function run(query: Compilable): number {
    if (!opened?.database.isOpen) return 0;
    const { sql, parameters } = query.compile();
    return Number(opened.database.prepare(sql).run(...(parameters as SQLInputValue[])).changes);
  }

  function rows(query: Compilable): readonly Readonly<Record<string, unknown>>[] {
    if (!opened?.database.isOpen) return [];
    const { sql, parameters } = query.compile();
    try {
      return opened.database.prepare(sql).all(...(parameters as SQLInputValue[]));
    } catch (thrown) {
      report(thrown);
      return [];
    }
  }

  function insert({ request, sent, received, answer, edits, ...summary }: Capture) {
    if (opened === undefined) return;
    const parts = JSON.stringify({ request, sent, received, answer, edits });
    const values = {
      exchange_id: summary.exchangeId,
      at: Math.round(summary.at),
      bytes: Buffer.byteLength(parts) + 500,
      summary: JSON.stringify(summary),
      parts,
    };
    run(
      opened.queries
        .insertInto('capture')
        .values(values)
        .onConflict((conflict) => conflict.column('exchange_id').doNothing()),
    );
  }

  function dropBeyond({ maxTotalBytes, maxAgeMs }: CaptureBounds) {
    if (opened === undefined) return;
    const { queries } = opened;
    run(queries.deleteFrom('capture').where('at', '<', Math.round(clock.now() - maxAgeMs)));
    let left = totals().bytes;
    if (left <= maxTotalBytes) return;
    // A little more than needed: to add up takes longer than to write.
    for (const row of rows(queries.selectFrom('capture').select(['seq', 'bytes']).orderBy('seq'))) {
      if (left <= maxTotalBytes * 0.9) return;
      run(queries.deleteFrom('capture').where('seq', '=', Number(row['seq'])));
      left -= Number(row['bytes']);
    }
  }

  function totals(): { captures: number; bytes: number } {
    if (opened === undefined) return { captures: 0, bytes: 0 };
    const sums = opened.queries
      .selectFrom('capture')
      .select(({ fn }) => [fn.countAll().as('captures'), fn.sum('bytes').as('bytes')]);
    const [sum] = rows(sums);
    return { captures: Number(sum?.['captures'] ?? 0), bytes: Number(sum?.['bytes'] ?? 0) };
  }

  return {
    put: (capture, bounds) => queue.add({ capture, bounds }),
    prune(bounds) {
      if (!opened?.database.isOpen) return;
      try {
        dropBeyond(bounds);
      } catch (thrown) {
        report(thrown);
      }
    },
    list(limit) {
      queue.flush();
      if (opened === undefined) return [];
      const newest = opened.queries.selectFrom('capture').select(['summary', 'bytes']).orderBy('seq', 'desc');
      return rows(newest.limit(limit)).flatMap(({ summary, bytes }) => {
        const value = parseJson(String(summary));
        return isObject(value) ? [{ ...(value as unknown as CaptureSummary), bytes: Number(bytes) }] : [];
      });
    },
    find(exchangeId) {
      queue.flush();
      if (opened === undefined) return undefined;
      const [row] = rows(opened.queries.selectFrom('capture').selectAll().where('exchange_id', '=', exchangeId));
      const [summary, parts] = [row?.['summary'], row?.['parts']].map((text) => parseJson(String(text)));
      return isObject(summary) && isObject(parts)
        ? ({ received: null, ...summary, ...parts } as unknown as Capture)
        : undefined;
    },
    delete(exchangeId) {
      queue.flush();
      if (opened === undefined) return 0;
      const all = opened.queries.deleteFrom('capture');
      const count = run(exchangeId === undefined ? all : all.where('exchange_id', '=', exchangeId));
      // The journal still has what was written: it is emptied, unless another process reads just now.
      if (count > 0) opened.database.exec('pragma wal_checkpoint(truncate)');
      return count;
    },
    size() {
      queue.flush();
      return totals();
    },
    close: () => queue.close(),
  };
}
