/** Small values to remember across starts (a learned rule, a notice that was shown): read from memory, written at once. */
import type { SQLInputValue } from 'node:sqlite';
import type { CompiledQuery } from 'kysely';
import type { OpenDatabase } from './open-database.ts';

export interface FactStore {
  get(key: string): string | undefined;
  /** Never throws: what cannot be written is remembered until the end of the process, and told as a fault. */
  set(key: string, value: string): void;
  delete(key: string): void;
}

export async function createFactStore(
  opened: OpenDatabase | undefined,
  report: (thrown: unknown) => void,
): Promise<FactStore> {
  const stored = (await opened?.queries.selectFrom('fact').selectAll().execute()) ?? [];
  const facts = new Map(stored.map(({ key, value }) => [key, value]));

  const run = (build: (queries: OpenDatabase['queries']) => CompiledQuery) => {
    // What is written a little later may come after the end.
    if (opened === undefined || !opened.database.isOpen) return;
    const { sql, parameters } = build(opened.queries);
    try {
      opened.database.prepare(sql).run(...(parameters as SQLInputValue[]));
    } catch (thrown) {
      report(thrown);
    }
  };

  return {
    get: (key) => facts.get(key),
    set(key, value) {
      if (facts.get(key) === value) return;
      facts.set(key, value);
      run((queries) =>
        queries
          .insertInto('fact')
          .values({ key, value })
          .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
          .compile(),
      );
    },
    delete(key) {
      if (facts.delete(key)) run((queries) => queries.deleteFrom('fact').where('key', '=', key).compile());
    },
  };
}
