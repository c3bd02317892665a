/** How long an exchange waited for its place, and for the upstream's head. */
import type { Migration } from './migration.ts';

export const exchangeTimes: Migration = {
  name: '009-exchange-times',
  up: ({ schema }) =>
    (['waited_ms', 'head_ms'] as const).map((name) => schema.alterTable('exchange').addColumn(name, 'integer')),
};
