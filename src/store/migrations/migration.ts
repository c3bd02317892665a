/** One step from an older database to a newer one. */
import type { Kysely } from 'kysely';
import type { StoreTables } from '../database-schema.ts';

export interface Migration {
  /** The file's name: recorded in the database, so it never changes once it was released. */
  readonly name: string;
  /** Runs inside a transaction. Goes by the tables as they were then, whatever the types of the newest form say. */
  up(database: Kysely<StoreTables>): Promise<void>;
}
