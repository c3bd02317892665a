/** Rows of a small table, kept in memory and read again when another process has written to the file. */
import type { SQLInputValue } from 'node:sqlite';
import type { Compilable } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { StateFileError } from '../config/state-file-error.ts';
import { inTransaction } from './in-transaction.ts';
import type { OpenDatabase } from './open-database.ts';

export interface FreshRows<Row> {
  /** As the file has them, at most `staleMs` old. Never throws: where the file fails, the last ones stay. */
  all(): readonly Row[];
  /**
   * Runs the statements as one durable step and reads again. Throws `StateFileError` where the file cannot be used:
   * a login or a key that was only remembered would be a promise nobody keeps.
   */
  write(statements: readonly Compilable[]): void;
  /** Reads again at the next question, whatever the age. */
  reload(): void;
}

export interface FreshRowsOptions<Raw, Row> {
  readonly opened: OpenDatabase | undefined;
  readonly path: string;
  readonly clock: Clock;
  readonly report: (thrown: unknown) => void;
  readonly select: (queries: OpenDatabase['queries']) => Compilable<Raw>;
  readonly decode: (row: Raw) => Row;
}

/** A revoked key is out within this time even if nobody tells the server. */
const staleMs = 2_000;
/** What a person typed may wait for the disk; nothing on a request's path writes here. */
const patientMs = 2_000;

export function createFreshRows<Raw, Row>(options: FreshRowsOptions<Raw, Row>): FreshRows<Row> {
  const { opened, clock, report } = options;
  let rows: readonly Row[] = [];
  let version: unknown;
  let readAt: number | undefined;

  const run = <Row>(database: OpenDatabase['database'], statement: Compilable<Row>) => {
    const { sql, parameters } = statement.compile();
    return database.prepare(sql).all(...(parameters as SQLInputValue[])) as Row[];
  };

  function refresh({ database, queries }: OpenDatabase): void {
    // Changes with every commit of another connection; our own ones read again by themselves.
    const { data_version: newest } = database.prepare('pragma data_version').get() ?? {};
    if (newest !== version || readAt === undefined) rows = run(database, options.select(queries)).map(options.decode);
    version = newest;
  }

  return {
    all() {
      const now = clock.monotonic();
      if (opened === undefined || (readAt !== undefined && now - readAt < staleMs)) return rows;
      try {
        refresh(opened);
      } catch (thrown) {
        report(thrown);
      }
      readAt = now;
      return rows;
    },
    write(statements) {
      if (opened === undefined) throw unusable(options.path);
      const { database, synchronous } = opened;
      try {
        database.exec(`pragma synchronous = full; pragma busy_timeout = ${patientMs}`);
        inTransaction(database, () => statements.forEach((statement) => run(database, statement)));
      } catch (cause) {
        throw unusable(options.path, cause);
      } finally {
        database.exec(`pragma synchronous = ${synchronous}; pragma busy_timeout = 20`);
        readAt = undefined;
      }
    },
    reload() {
      readAt = undefined;
    },
  };
}

function unusable(path: string, cause?: unknown): StateFileError {
  const detail = cause instanceof Error ? ` (${cause.message})` : '';
  return new StateFileError('unreadable', path, `${path} cannot be written${detail}: nothing was changed.`, { cause });
}
