/** Prompts and answers of exchanges, for owners who switch that on; and which keys it is on for. */
import type { Migration } from './migration.ts';

export const capture: Migration = {
  name: '008-capture',
  up: ({ schema }) => [
    schema
      .createTable('capture')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('exchange_id', 'text', (column) => column.notNull().unique())
      .addColumn('at', 'integer', (column) => column.notNull())
      .addColumn('bytes', 'integer', (column) => column.notNull())
      .addColumn('summary', 'text', (column) => column.notNull())
      .addColumn('parts', 'text', (column) => column.notNull()),
    schema.createIndex('capture_by_time').on('capture').columns(['at', 'bytes']),
    schema.alterTable('caller_key').addColumn('capture', 'integer'),
  ],
};
