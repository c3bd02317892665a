/** Responses that callers asked to store (`store: true`), with their prompts: the only table that holds any. */
import type { Migration } from './migration.ts';

export const responses: Migration = {
  name: '004-responses',
  up: ({ schema }) => [
    schema
      .createTable('response')
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('id', 'text', (column) => column.notNull())
      .addColumn('used_at', 'integer', (column) => column.notNull())
      .addColumn('bytes', 'integer', (column) => column.notNull())
      .addColumn('previous_id', 'text')
      .addColumn('input', 'blob', (column) => column.notNull())
      .addColumn('response', 'blob', (column) => column.notNull())
      .addPrimaryKeyConstraint('response_pk', ['key_id', 'id']),
    schema.createIndex('response_by_use').on('response').columns(['used_at', 'bytes']),
  ],
};
