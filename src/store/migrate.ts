/** Brings a database to the newest form, and refuses one that a newer version has already taken further. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Compilable, Kysely } from 'kysely';
import { StateFileError } from '../config/state-file-error.ts';
import type { StoreTables } from './database-schema.ts';
import { inTransaction } from './in-transaction.ts';
import { exchangesAndFacts } from './migrations/001-exchanges-and-facts.ts';
import { accountsAndKeys } from './migrations/002-accounts-and-keys.ts';
import { keyAliases } from './migrations/003-key-aliases.ts';
import { responses } from './migrations/004-responses.ts';
import { costs } from './migrations/005-costs.ts';
import { ledger } from './migrations/006-ledger.ts';
import { cacheFindings } from './migrations/007-cache-findings.ts';
import { capture } from './migrations/008-capture.ts';
import { exchangeTimes } from './migrations/009-exchange-times.ts';
import { metricsKeys } from './migrations/010-metrics-keys.ts';
import type { Migration } from './migrations/migration.ts';

/** In order. A released one is never changed, only followed by another. */
export const migrations: readonly Migration[] = [
  exchangesAndFacts,
  accountsAndKeys,
  keyAliases,
  responses,
  costs,
  ledger,
  cacheFindings,
  capture,
  exchangeTimes,
  metricsKeys,
];

export interface MigrateOptions {
  readonly database: DatabaseSync;
  readonly queries: Kysely<StoreTables>;
  readonly path: string;
  readonly appliedAt: number;
  readonly migrations?: readonly Migration[];
}

/**
 * All missing steps in one transaction, which a second process that starts at the same time waits for. Synchronous, so
 * that nothing else of this process comes between. Throws `StateFileError` `newer_version`.
 */
export function migrate(options: MigrateOptions): void {
  const { database, queries, path, appliedAt } = options;
  const known = options.migrations ?? migrations;
  const run = (statement: Compilable) => {
    const { sql, parameters } = statement.compile();
    return database.prepare(sql).all(...(parameters as SQLInputValue[]));
  };
  inTransaction(database, () => {
    run(
      queries.schema
        .createTable('migration')
        .ifNotExists()
        .addColumn('name', 'text', (column) => column.primaryKey().notNull())
        .addColumn('applied_at', 'integer', (column) => column.notNull()),
    );
    const applied = new Set(run(queries.selectFrom('migration').select('name')).map((row) => String(row['name'])));
    const foreign = [...applied].find((name) => !known.some((migration) => migration.name === name));
    if (foreign !== undefined) {
      throw new StateFileError(
        'newer_version',
        path,
        `${path} was written by a newer version of Crossfeed (${foreign}): install that version, or move the file away.`,
      );
    }
    for (const migration of known.filter(({ name }) => !applied.has(name))) {
      migration.up(queries).forEach(run);
      run(queries.insertInto('migration').values({ name: migration.name, applied_at: appliedAt }));
    }
  });
}
