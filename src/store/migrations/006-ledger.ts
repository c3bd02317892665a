/** What was spent by day and by session, kept when the exchanges are long gone; what calls under way hold; budgets. */
import { sql, type ColumnDefinitionBuilder, type CreateTableBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const must = (column: ColumnDefinitionBuilder) => column.notNull();
const count = (column: ColumnDefinitionBuilder) => column.notNull().defaultTo(0);

/** Empty where the exchange has none: a null would never meet another one in a key. */
const dayKeys = [
  'day',
  'account',
  'key_id',
  'project',
  'program',
  'model',
  'protocol',
  'endpoint',
  'lane',
  'kind',
  'initiator',
  'price_tier',
  'cost_source',
] as const;
const sessionTexts = ['id', 'key_id', 'project', 'account', 'program', 'models'] as const;
const counts = [
  'calls',
  'failed',
  'canceled',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
  'reasoning_tokens',
  'nano_aiu',
  'estimated_nano_aiu',
  'unknown_calls',
] as const;

/** The rows that are there already; of what they were expected to cost nothing was kept. */
const sums = sql`count(*), sum(outcome = 'failed'), sum(outcome = 'canceled'), sum(coalesce(input_tokens, 0)),
  sum(coalesce(cache_read_tokens, 0)), sum(coalesce(cache_write_tokens, 0)), sum(coalesce(output_tokens, 0)),
  sum(coalesce(reasoning_tokens, 0)), sum(coalesce(cost_nano_aiu, 0)), 0, sum(cost_nano_aiu is null)`;

export const ledger: Migration = {
  name: '006-ledger',
  up: (queries) => {
    const { schema } = queries;
    const raw = (statement: ReturnType<typeof sql>) => ({ compile: () => statement.compile(queries) });
    const table = (
      name: string,
      texts: readonly string[],
      more: readonly string[],
    ): CreateTableBuilder<string, string> => {
      const empty: CreateTableBuilder<string, string> = schema.createTable(name);
      const withTexts = texts.reduce((made, column) => made.addColumn(column, 'text', must), empty);
      return [...more, ...counts].reduce((made, column) => made.addColumn(column, 'integer', count), withTexts);
    };
    return [
      table('spend_day', dayKeys, [])
        .addPrimaryKeyConstraint('spend_day_pk', [...dayKeys])
        .modifyEnd(sql`without rowid`),
      table('session', sessionTexts, ['first_at', 'last_at', 'alarms']).addPrimaryKeyConstraint('session_pk', [
        'id',
        'key_id',
        'project',
      ]),
      schema.createIndex('session_by_time').on('session').column('last_at'),
      schema.createIndex('exchange_by_time').on('exchange').column('started_at'),
      schema
        .createTable('reservation')
        .addColumn('exchange_id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('reserved', 'text', must),
      schema
        .createTable('budget')
        .addColumn('id', 'text', (column) => column.primaryKey().notNull())
        .addColumn('budget', 'text', must)
        .addColumn('created_at', 'integer', must),
      schema
        .createTable('quota_reading')
        .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('account', 'text', must)
        .addColumn('at', 'integer', must)
        .addColumn('reading', 'text', must),
      schema.createIndex('quota_reading_by_time').on('quota_reading').columns(['account', 'at']),
      raw(sql`insert into spend_day select strftime('%Y-%m-%d', started_at / 1000, 'unixepoch', 'localtime'),
        coalesce(account, ''), key_id, coalesce(project, ''), coalesce(program, ''), coalesce(model, ''), protocol,
        coalesce(endpoint, ''), coalesce(lane, ''), coalesce(kind, ''), coalesce(initiator, ''),
        coalesce(price_tier, ''), cost_source, ${sums} from exchange group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13`),
      raw(sql`insert into session select session, key_id, coalesce(project, ''), coalesce(max(account), ''),
        coalesce(max(program), ''), coalesce(',' || group_concat(distinct model) || ',', ','), min(started_at),
        max(started_at + duration_ms), 0, ${sums} from exchange group by 1, 2, 3`),
    ];
  },
};
