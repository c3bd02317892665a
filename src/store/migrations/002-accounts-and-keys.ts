/** GitHub logins and the keys of callers. Neither table holds a secret: tokens are elsewhere, keys are digests. */
import type { Migration } from './migration.ts';

export const accountsAndKeys: Migration = {
  name: '002-accounts-and-keys',
  up: ({ schema }) => [
    schema
      .createTable('account')
      .addColumn('name', 'text', (column) => column.primaryKey().notNull())
      .addColumn('login', 'text')
      .addColumn('host', 'text', (column) => column.notNull())
      .addColumn('token_kind', 'text', (column) => column.notNull())
      .addColumn('secret_store', 'text', (column) => column.notNull())
      .addColumn('source', 'text', (column) => column.notNull())
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('is_default', 'integer', (column) => column.notNull()),
    schema
      .createTable('caller_key')
      .addColumn('id', 'text', (column) => column.primaryKey().notNull())
      .addColumn('label', 'text', (column) => column.notNull())
      .addColumn('digest', 'text', (column) => column.notNull().unique())
      // No foreign key: a key outlives the logout of its account, and works again after the next login.
      .addColumn('account', 'text', (column) => column.notNull())
      .addColumn('models', 'text')
      .addColumn('project', 'text')
      .addColumn('created_at', 'integer', (column) => column.notNull())
      .addColumn('expires_at', 'integer')
      .addColumn('revoked_at', 'integer')
      .addColumn('last_used_at', 'integer'),
  ],
};
