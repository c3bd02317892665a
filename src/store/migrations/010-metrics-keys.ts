/** Keys that read figures and open nothing else. */
import type { Migration } from './migration.ts';

export const metricsKeys: Migration = {
  name: '010-metrics-keys',
  up: ({ schema }) => [schema.alterTable('caller_key').addColumn('metrics_only', 'integer')],
};
