/** Opens the one SQLite file, private to its owner and safe against a crash. */
import { chmodSync, closeSync, openSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { StoreTables } from './database-schema.ts';
import { journalModeFor } from './journal-mode.ts';
import { migrate } from './migrate.ts';
import { createSqliteDialect } from './sqlite-dialect.ts';

export interface OpenDatabase {
  /** For what must be done now: writing. */
  readonly database: DatabaseSync;
  /** For building queries, and for running those that read. */
  readonly queries: Kysely<StoreTables>;
  /** How far a commit goes before it returns, as long as nobody asks for more. */
  readonly synchronous: 'normal' | 'full';
}

/** Throws what SQLite throws, and `StateFileError` `newer_version`. */
export function openDatabase(path: string, appliedAt: number, journal = journalModeFor(path)): OpenDatabase {
  if (path !== ':memory:') makePrivate(path);
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: true, timeout: 5000 });
  try {
    // WAL where it is possible: a reader in another process (the CLI) never holds up an exchange. NORMAL may lose the
    // last rows in a power cut then, never the database; without WAL only FULL promises that.
    const synchronous = journal === 'wal' ? 'normal' : 'full';
    database.exec(`pragma journal_mode = ${journal}; pragma synchronous = ${synchronous};`);
    // A stored prompt that is deleted is overwritten, not only unlisted.
    database.exec('pragma secure_delete = on');
    const queries = new Kysely<StoreTables>({ dialect: createSqliteDialect(database) });
    migrate({ database, queries, path, appliedAt });
    // From here on a wait would stop every stream of the process: what is busy is tried again later.
    database.exec('pragma busy_timeout = 20');
    return { database, queries, synchronous };
  } catch (error) {
    database.close();
    throw error;
  }
}

/** SQLite would create it readable for all; its journal files take over the mode of the file. */
function makePrivate(path: string): void {
  closeSync(openSync(path, 'a', 0o600));
  chmodSync(path, 0o600);
}
