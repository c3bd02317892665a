/** Brings a database to the newest form, and refuses one that a newer version has already taken further. */
import type { DatabaseSync } from 'node:sqlite';
import type { Kysely } from 'kysely';
import { StateFileError } from '../config/state-file-error.ts';
import type { StoreTables } from './database-schema.ts';
import { exchangesAndFacts } from './migrations/001-exchanges-and-facts.ts';
import type { Migration } from './migrations/migration.ts';

/** In order. A released one is never changed, only followed by another. */
export const migrations: readonly Migration[] = [exchangesAndFacts];

export interface MigrateOptions {
  readonly database: DatabaseSync;
  readonly queries: Kysely<StoreTables>;
  readonly path: string;
  readonly appliedAt: number;
  readonly migrations?: readonly Migration[];
}

/**
 * All missing steps in one transaction, which a second process that starts at the same time waits for. Nobody else
 * may use the connection meanwhile. Throws `StateFileError` `newer_version`.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { database, queries, path, appliedAt } = options;
  const known = options.migrations ?? migrations;
  database.exec('begin immediate');
  try {
    await queries.schema
      .createTable('migration')
      .ifNotExists()
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('applied_at', 'integer', (column) => column.notNull())
      .execute();
    const applied = new Set((await queries.selectFrom('migration').select('name').execute()).map(({ name }) => name));
    const foreign = [...applied].find((name) => !known.some((migration) => migration.name === name));
    if (foreign !== undefined) {
      throw new StateFileError(
        'newer_version',
        path,
        `${path} was written by a newer version of Crossfeed (${foreign}): install that version, or move the file away.`,
      );
    }
    for (const migration of known) {
      const { name } = migration;
      if (applied.has(name)) continue;
      await migration.up(queries);
      await queries.insertInto('migration').values({ name, applied_at: appliedAt }).execute();
    }
    database.exec('commit');
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
