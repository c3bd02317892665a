/** Responses that were asked to be stored: in the database, bounded, gone after a month without use. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { sql, type Compilable } from 'kysely';
import type { Clock } from '../base/clock.ts';
import type { StoredResponse } from '../canonical/stored-response.ts';
import { inTransaction } from './in-transaction.ts';
import type { OpenDatabase } from './open-database.ts';
import { createWriteQueue } from './write-queue.ts';

export interface ResponseTableOptions {
  readonly opened: OpenDatabase;
  readonly clock: Clock;
  readonly ttlMs: number;
  readonly maxBytes: number;
  readonly report: (thrown: unknown) => unknown;
}

export interface ResponseTable {
  put(response: StoredResponse): void;
  find(keyId: string, id: string): StoredResponse | undefined;
  delete(keyId: string, id: string): boolean;
  close(): void;
}

/** With what a row costs beside its texts, roughly. */
const bytesOf = ({ input, response }: StoredResponse) => input.length + response.length + 500;
const blobOf = (text: string) => Buffer.from(text, 'latin1');
/** A long conversation is read whole at every turn: that all of it is in use is noted once in this time. */
const notedEveryMs = 60 * 60 * 1000;
const nameOf = (keyId: string, id: string) => `${keyId}\0${id}`;
const isOf = (keyId: string, id: string) => sql<boolean>`key_id = ${keyId} and id = ${id}`;
const textOf = (blob: unknown) => (blob instanceof Uint8Array ? Buffer.from(blob).toString('latin1') : '');

export function createResponseTable({ opened, clock, ttlMs, maxBytes, report }: ResponseTableOptions): ResponseTable {
  const { database, queries } = opened;

  /** Errors are told and swallowed: what is not on disk is not found later, and no answer fails for it. */
  function attempt<T>(work: () => T, otherwise: T): T {
    try {
      return work();
    } catch (thrown) {
      report(thrown);
      return otherwise;
    }
  }

  function prepared(query: Compilable) {
    const { sql: text, parameters } = query.compile();
    return { statement: database.prepare(text), values: parameters as SQLInputValue[] };
  }

  function run(query: Compilable): number {
    const { statement, values } = prepared(query);
    return Number(statement.run(...values).changes);
  }

  function rows(query: Compilable): readonly Readonly<Record<string, unknown>>[] {
    const { statement, values } = prepared(query);
    return statement.all(...values);
  }

  let byId: StatementSync | undefined;
  let touch: StatementSync | undefined;
  /** When responses were used, where their rows do not say so yet. */
  const used = new Map<string, { readonly keyId: string; readonly id: string; readonly atMs: number }>();

  /** Within a transaction; they are let go of once it is done. */
  function noteUses() {
    if (used.size === 0) return;
    touch ??= prepared(queries.updateTable('response').set({ used_at: 0 }).where(isOf('', ''))).statement;
    for (const { keyId, id, atMs } of used.values()) touch.run(atMs, keyId, id);
  }

  /** Never less than what is there: what was deleted counts until it is counted anew. */
  let allBytes = 0;

  function countBytes() {
    const [sum] = rows(queries.selectFrom('response').select((sums) => sums.fn.sum<number>('bytes').as('bytes')));
    allBytes = Number(sum?.['bytes'] ?? 0);
  }

  const dropExpired = () => run(queries.deleteFrom('response').where('used_at', '<', clock.now() - ttlMs));

  /** The least recently used beyond the bound, with some room to spare: to count takes longer than to write. */
  function makeRoom() {
    if (allBytes <= maxBytes) return;
    countBytes();
    if (allBytes <= maxBytes) return;
    for (const row of rows(queries.selectFrom('response').select(['key_id', 'id', 'bytes']).orderBy('used_at'))) {
      if (allBytes <= maxBytes * 0.9) return;
      run(forget(String(row['key_id']), String(row['id'])));
      allBytes -= Number(row['bytes']);
    }
  }

  const forget = (keyId: string, id: string) => queries.deleteFrom('response').where(isOf(keyId, id));

  const queue = createWriteQueue<StoredResponse>({
    clock,
    delayMs: 50,
    batch: 20,
    capacity: 100,
    write(batch) {
      inTransaction(database, () => {
        noteUses();
        for (const stored of batch) {
          const used_at = clock.now();
          const { keyId: key_id, id, previousId: previous_id } = stored;
          const texts = { input: blobOf(stored.input), response: blobOf(stored.response) };
          const values = { key_id, id, used_at, bytes: bytesOf(stored), previous_id, ...texts };
          run(queries.replaceInto('response').values(values));
          allBytes += values.bytes;
        }
        dropExpired();
        makeRoom();
      });
      used.clear();
    },
    onFailure: (thrown) => report(thrown) !== 'damaged',
  });

  attempt(() => {
    dropExpired();
    countBytes();
  }, undefined);

  return {
    put: (response) => queue.add(response),
    find(keyId, id) {
      const waiting = queue.waiting.findLast((one) => one.keyId === keyId && one.id === id);
      if (waiting !== undefined) return waiting;
      return attempt(() => {
        byId ??= prepared(queries.selectFrom('response').selectAll().where(isOf('', ''))).statement;
        const row = byId.get(keyId, id);
        if (row === undefined) return undefined;
        const { previous_id: previous, input, response } = row;
        const atMs = clock.now();
        const name = nameOf(keyId, id);
        const usedMs = used.get(name)?.atMs ?? Number(row['used_at']);
        if (usedMs < atMs - ttlMs) return undefined;
        if (usedMs < atMs - notedEveryMs) used.set(name, { keyId, id, atMs });
        const previousId = typeof previous === 'string' ? previous : null;
        return { keyId, id, previousId, input: textOf(input), response: textOf(response) };
      }, undefined);
    },
    delete(keyId, id) {
      queue.flush();
      used.delete(nameOf(keyId, id));
      return attempt(() => run(forget(keyId, id)) > 0, false);
    },
    close() {
      queue.close();
      if (used.size > 0) attempt(() => inTransaction(database, noteUses), undefined);
    },
  };
}
