/** One transaction, taken for writing from the start: it never has to be given up half-way because another one writes. */
import type { DatabaseSync } from 'node:sqlite';

/** Commits what `work` did, or undoes it and throws what `work` threw. */
export function inTransaction(database: DatabaseSync, work: () => void): void {
  database.exec('begin immediate');
  try {
    work();
    database.exec('commit');
  } catch (error) {
    // SQLite itself has rolled back after some faults (disk full).
    if (database.isTransaction) database.exec('rollback');
    throw error;
  }
}
