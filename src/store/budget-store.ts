/** The budgets that were set by command; those of the settings are not here. */
import type { Budget } from '../canonical/budget.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import type { BudgetTable } from './database-schema.ts';
import { createFreshRows, type FreshRowsOptions } from './fresh-rows.ts';
import type { OpenDatabase } from './open-database.ts';

/** Reads never throw; what changes something throws `StateFileError` if it could not be brought to the disk. */
export interface BudgetStore {
  /** The oldest first; what another process changed is seen within two seconds. */
  list(): readonly Budget[];
  /** One with the same id is replaced. */
  put(budget: Budget): void;
  /** Whether it was there. */
  remove(id: string): boolean;
  /** Looks at the file again with the next question. */
  reload(): void;
}

type Place = Omit<FreshRowsOptions<BudgetTable, Budget | null>, 'select' | 'decode'>;

export function createBudgetStore(place: Place, queries: OpenDatabase['queries'] | undefined): BudgetStore {
  const rows = createFreshRows<BudgetTable, Budget | null>({
    ...place,
    select: (from) => from.selectFrom('budget').selectAll().orderBy('created_at').orderBy('id'),
    decode({ budget }) {
      const value = parseJson(budget);
      return isObject(value) ? (value as unknown as Budget) : null;
    },
  });
  const list = () => rows.all().filter((budget) => budget !== null);
  return {
    list,
    put(budget) {
      const values = { budget: JSON.stringify(budget) };
      const created = { id: budget.id, created_at: Math.round(place.clock.now()) };
      rows.write(
        queries === undefined
          ? []
          : [
              queries
                .insertInto('budget')
                .values({ ...created, ...values })
                .onConflict((conflict) => conflict.column('id').doUpdateSet(values)),
            ],
      );
    },
    remove(id) {
      rows.reload();
      if (queries === undefined || !list().some((budget) => budget.id === id)) return false;
      rows.write([queries.deleteFrom('budget').where('id', '=', id)]);
      return true;
    },
    reload: () => rows.reload(),
  };
}
