/** What of the spending its owner did not ask for in so many words: compactions, sub-agents, broken caches, the dearer tier. */
import { sql, type RawBuilder } from 'kysely';
import type { SpendCauses } from '../canonical/spend-figures.ts';

const rules: Readonly<Record<keyof SpendCauses, readonly [which: RawBuilder<unknown>, cost: RawBuilder<unknown>]>> = {
  compaction: [sql`kind = 'conversation-compaction'`, sql`cost_nano_aiu`],
  subAgents: [
    sql`kind in ('conversation-subagent', 'conversation-background', 'conversation-sampling')`,
    sql`cost_nano_aiu`,
  ],
  // What is lost is the difference, not the whole call.
  cacheBreaks: [sql`cache_alarm = 1`, sql`cache_cost_nano_aiu`],
  longTier: [sql`price_tier = 'long'`, sql`cost_nano_aiu`],
};

const causes = Object.keys(rules) as (keyof SpendCauses)[];

/** One row; the log's index by start finds its part of it. */
export function causesStatement(sinceMs: number): RawBuilder<unknown> {
  const columns = causes.flatMap((cause) => {
    const [which, cost] = rules[cause];
    return [
      sql`coalesce(sum(${which}), 0) as ${sql.ref(`${cause}Calls`)}`,
      sql`coalesce(sum(case when ${which} then coalesce(${cost}, 0) else 0 end), 0) as ${sql.ref(`${cause}Cost`)}`,
    ];
  });
  return sql`select ${sql.join(columns)} from exchange where started_at >= ${Math.round(sinceMs)}`;
}

export function causesOf(row: Readonly<Record<string, unknown>> | undefined): SpendCauses {
  return Object.fromEntries(
    causes.map((cause) => [
      cause,
      { calls: Number(row?.[`${cause}Calls`] ?? 0), nanoAiu: Number(row?.[`${cause}Cost`] ?? 0) },
    ]),
  ) as unknown as SpendCauses;
}
