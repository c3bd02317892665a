/** Adds exchanges to the sums of their day and their session, within the transaction that writes their rows. */
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type { SessionTable, SpendDayTable, SpendSums } from './database-schema.ts';
import { localDay } from './local-day.ts';
import type { OpenDatabase } from './open-database.ts';

/** To be called once for each exchange, inside a transaction. */
export type SpendRollup = (record: ExchangeRecord) => void;

export function createSpendRollup({ database, queries }: OpenDatabase): SpendRollup {
  let days: StatementSync | undefined;
  let sessions: StatementSync | undefined;
  const added = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [name, sql`${sql.ref(name)} + ${sql.ref(`excluded.${name}`)}`]));

  return (record) => {
    const sums = sumsOf(record);
    const day = { ...dayKeysOf(record), ...sums };
    const session = { ...sessionOf(record), alarms: record.cache?.alarm ? 1 : 0, ...sums };
    days ??= database.prepare(
      queries
        .insertInto('spend_day')
        .values(day)
        .onConflict((conflict) =>
          conflict
            .columns(Object.keys(dayKeysOf(record)) as (keyof SpendDayTable)[])
            .doUpdateSet(added(Object.keys(sums))),
        )
        .compile().sql,
    );
    sessions ??= database.prepare(
      queries
        .insertInto('session')
        .values(session)
        .onConflict((conflict) =>
          conflict.columns(['id', 'key_id', 'project']).doUpdateSet({
            ...added(Object.keys(sums)),
            ...added(['alarms']),
            account: sql`excluded.account`,
            program: sql`case when excluded.program = '' then session.program else excluded.program end`,
            first_at: sql`min(session.first_at, excluded.first_at)`,
            last_at: sql`max(session.last_at, excluded.last_at)`,
            models: sql`case when instr(session.models, excluded.models) > 0 then session.models
              else session.models || substr(excluded.models, 2) end`,
          }),
        )
        .compile().sql,
    );
    days.run(...(Object.values(day) as SQLInputValue[]));
    sessions.run(...(Object.values(session) as SQLInputValue[]));
  };
}

/** What an exchange adds to any sum. */
export function sumsOf({ outcome, usage, cost, estimate }: ExchangeRecord): SpendSums {
  const isUnknown = cost.nanoAiu === null;
  return {
    calls: 1,
    failed: outcome === 'failed' ? 1 : 0,
    canceled: outcome === 'canceled' ? 1 : 0,
    input_tokens: whole(usage?.inputTokens),
    cache_read_tokens: whole(usage?.cacheReadTokens),
    cache_write_tokens: whole(usage?.cacheWriteTokens),
    output_tokens: whole(usage?.outputTokens),
    reasoning_tokens: whole(usage?.reasoningTokens),
    nano_aiu: whole(cost.nanoAiu),
    estimated_nano_aiu: isUnknown ? whole(estimate?.nanoAiu) : 0,
    unknown_calls: isUnknown ? 1 : 0,
  };
}

function whole(value: number | null | undefined): number {
  const rounded = Math.round(value ?? 0);
  return Number.isSafeInteger(rounded) ? rounded : 0;
}

function dayKeysOf(record: ExchangeRecord): Omit<SpendDayTable, keyof SpendSums> {
  return {
    day: localDay(record.startedAt),
    account: record.account,
    key_id: record.keyId,
    project: record.project ?? '',
    program: record.program,
    model: record.model ?? '',
    protocol: record.protocol,
    endpoint: record.endpoint ?? '',
    lane: record.lane ?? '',
    kind: record.kind ?? '',
    initiator: record.initiator ?? '',
    price_tier: record.cost.tier ?? '',
    cost_source: record.cost.source,
  };
}

function sessionOf(record: ExchangeRecord): Omit<SessionTable, keyof SpendSums | 'alarms'> {
  return {
    id: record.session,
    key_id: record.keyId,
    project: record.project ?? '',
    account: record.account,
    program: record.program,
    models: record.model === null ? ',' : `,${record.model},`,
    first_at: Math.round(record.startedAt),
    last_at: Math.round(record.startedAt + record.durationMs),
  };
}
