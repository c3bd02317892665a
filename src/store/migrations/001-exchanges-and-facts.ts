/** The first tables: one row an exchange, and small remembered values. */
import type { Migration } from './migration.ts';

export const exchangesAndFacts: Migration = {
  name: '001-exchanges-and-facts',
  up: ({ schema }) => [
    schema
      .createTable('exchange')
      .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('started_at', 'integer', (column) => column.notNull())
      .addColumn('duration_ms', 'integer', (column) => column.notNull())
      .addColumn('first_token_ms', 'integer')
      .addColumn('protocol', 'text', (column) => column.notNull())
      .addColumn('operation', 'text', (column) => column.notNull())
      .addColumn('route', 'text', (column) => column.notNull())
      .addColumn('key_id', 'text', (column) => column.notNull())
      .addColumn('client', 'text', (column) => column.notNull())
      .addColumn('session', 'text', (column) => column.notNull())
      .addColumn('asked_model', 'text')
      .addColumn('model', 'text')
      .addColumn('endpoint', 'text')
      .addColumn('lane', 'text')
      .addColumn('stream', 'integer', (column) => column.notNull())
      .addColumn('initiator', 'text')
      .addColumn('edits', 'text', (column) => column.notNull())
      .addColumn('outcome', 'text', (column) => column.notNull())
      .addColumn('status', 'integer', (column) => column.notNull())
      .addColumn('error_code', 'text')
      .addColumn('error_message', 'text')
      .addColumn('upstream_status', 'integer')
      .addColumn('upstream_request_id', 'text')
      .addColumn('input_tokens', 'integer')
      .addColumn('cache_read_tokens', 'integer')
      .addColumn('cache_write_tokens', 'integer')
      .addColumn('output_tokens', 'integer')
      .addColumn('reasoning_tokens', 'integer')
      .addColumn('cost_nano_aiu', 'integer')
      .addColumn('request_bytes', 'integer', (column) => column.notNull())
      .addColumn('response_bytes', 'integer', (column) => column.notNull())
      .addColumn('heartbeats', 'integer', (column) => column.notNull())
      .addColumn('synthesized_ending', 'integer', (column) => column.notNull()),
    schema.createIndex('exchange_started_at').on('exchange').column('started_at'),
    schema
      .createTable('fact')
      .addColumn('key', 'text', (column) => column.primaryKey().notNull())
      .addColumn('value', 'text', (column) => column.notNull()),
  ],
};
