/** What a key calls models, and which price tier its prompts may reach. */
import type { Migration } from './migration.ts';

export const keyAliases: Migration = {
  name: '003-key-aliases',
  up: ({ schema }) => [
    schema.alterTable('caller_key').addColumn('aliases', 'text'),
    schema.alterTable('caller_key').addColumn('context_tier', 'text'),
  ],
};
