/** The GitHub logins of one home, and which of them new keys belong to. */
import type { Selectable } from 'kysely';
import type { Account } from '../canonical/account.ts';
import type { AccountTable } from './database-schema.ts';
import type { OpenDatabase } from './open-database.ts';
import { createFreshRows } from './fresh-rows.ts';
import type { FreshRowsOptions } from './fresh-rows.ts';

/** Reads never throw; what changes something throws `StateFileError` if it could not be brought to the disk. */
export interface AccountStore {
  /** The oldest first. */
  list(): readonly Account[];
  find(name: string): Account | undefined;
  /** A new login under a name that is there replaces it. */
  add(account: Account): void;
  /** Whether it was there. */
  remove(name: string): boolean;
  /** What `setDefault` chose, else the oldest; null without any. */
  defaultName(): string | null;
  /** Whether there is such an account. */
  setDefault(name: string): boolean;
  /** Looks at the file again with the next question. */
  reload(): void;
}

type AccountRow = Selectable<AccountTable>;
type Place = Omit<FreshRowsOptions<AccountRow, StoredAccount>, 'select' | 'decode'>;

interface StoredAccount {
  readonly account: Account;
  readonly isDefault: boolean;
}

export function createAccountStore(place: Place, queries: OpenDatabase['queries'] | undefined): AccountStore {
  const rows = createFreshRows<AccountRow, StoredAccount>({
    ...place,
    select: (queries) => queries.selectFrom('account').selectAll().orderBy('created_at').orderBy('name'),
    decode: (row) => ({ account: toAccount(row), isDefault: row.is_default === 1 }),
  });
  const list = () => rows.all().map(({ account }) => account);
  const find = (name: string) => list().find((account) => account.name === name);

  return {
    list,
    find,
    add(account) {
      const values = {
        login: account.login,
        host: account.host,
        token_kind: account.tokenKind,
        secret_store: account.secretStore,
        source: account.source,
        created_at: Math.round(account.createdAt),
      };
      rows.write(
        queries === undefined
          ? []
          : [
              queries
                .insertInto('account')
                .values({ name: account.name, is_default: 0, ...values })
                .onConflict((conflict) => conflict.column('name').doUpdateSet(values)),
            ],
      );
    },
    remove(name) {
      if (find(name) === undefined || queries === undefined) return false;
      rows.write([queries.deleteFrom('account').where('name', '=', name)]);
      return true;
    },
    defaultName() {
      const all = rows.all();
      return (all.find(({ isDefault }) => isDefault) ?? all[0])?.account.name ?? null;
    },
    setDefault(name) {
      if (find(name) === undefined || queries === undefined) return false;
      rows.write([
        queries.updateTable('account').set({ is_default: 0 }),
        queries.updateTable('account').set({ is_default: 1 }).where('name', '=', name),
      ]);
      return true;
    },
    reload: () => rows.reload(),
  };
}

function toAccount(row: AccountRow): Account {
  return {
    name: row.name,
    login: row.login,
    host: row.host,
    tokenKind: row.token_kind,
    secretStore: row.secret_store,
    source: row.source,
    createdAt: row.created_at,
  };
}
