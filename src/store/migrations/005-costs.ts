/** Who paid for an exchange, for whom and how much, and what was expected beforehand. */
import { sql } from 'kysely';
import type { Migration } from './migration.ts';

export const costs: Migration = {
  name: '005-costs',
  up: (queries) => [
    ...(['account', 'project', 'parent_id', 'program', 'kind', 'cost_source', 'price_tier', 'estimate'] as const).map(
      (name) => queries.schema.alterTable('exchange').addColumn(name, 'text'),
    ),
    // Until now a cost was kept only where it was reported.
    queries
      .updateTable('exchange')
      .set({ cost_source: sql`case when cost_nano_aiu is null then 'unknown' else 'reported' end` }),
    queries.schema.createIndex('exchange_session').on('exchange').column('session'),
  ],
};
