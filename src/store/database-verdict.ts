/** What SQLite itself says of the database file, read beside whoever uses it. */
import { existsSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** Looking through a larger database would take longer than anybody waits; its head is read then. */
const maxCheckedBytes = 300 * 1024 * 1024;

/** `ok`, SQLite's complaint, or null where there is no file. */
export function databaseVerdict(file: string): string | null {
  if (!existsSync(file)) return null;
  try {
    const database = new DatabaseSync(file, { readOnly: true, timeout: 1_000 });
    try {
      if (statSync(file).size > maxCheckedBytes) {
        database.prepare('SELECT count(*) FROM sqlite_schema').get();
        return 'ok';
      }
      const row = database.prepare('PRAGMA quick_check(1)').get();
      return String(row?.['quick_check'] ?? 'no answer');
    } finally {
      database.close();
    }
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : 'unknown';
  }
}
