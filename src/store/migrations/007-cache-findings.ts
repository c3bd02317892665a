/** Why less of a prompt was cached than the session's last call had left there. */
import type { Migration } from './migration.ts';

export const cacheFindings: Migration = {
  name: '007-cache-findings',
  up: ({ schema }) => [
    ...(['cache_cause', 'cache_block'] as const).map((name) => schema.alterTable('exchange').addColumn(name, 'text')),
    ...(['cache_lost_tokens', 'cache_cost_nano_aiu', 'cache_alarm'] as const).map((name) =>
      schema.alterTable('exchange').addColumn(name, 'integer'),
    ),
  ],
};
