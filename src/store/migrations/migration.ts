/** One step from an older database to a newer one. */
import type { Compilable, Kysely } from 'kysely';
import type { StoreTables } from '../database-schema.ts';

export interface Migration {
  /** The file's name: recorded in the database, so it never changes once it was released. */
  readonly name: string;
  /** The statements in their order. They go by the tables as they were then, whatever the newest types say. */
  up(queries: Kysely<StoreTables>): readonly Compilable[];
}
