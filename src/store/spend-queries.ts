/** Questions to the ledger: what was spent by what, which sessions there were, what happened in one, every row there is. */
import type { SQLInputValue } from 'node:sqlite';
import { sql, type Compilable, type RawBuilder } from 'kysely';
import type { ExchangeRecord } from '../canonical/exchange-record.ts';
import type {
  SessionsQuestion,
  SessionStory,
  SessionSummary,
  SpendBy,
  SpendCauses,
  SpendDay,
  SpendDaysQuestion,
  SpendFigures,
  SpendQuestion,
  SpendReport,
  SpendRow,
} from '../canonical/spend-figures.ts';
import type { ExchangeRow } from './database-schema.ts';
import { fromExchangeRow } from './exchange-row.ts';
import { causesOf, causesStatement } from './spend-causes.ts';
import { localDay } from './local-day.ts';
import type { OpenDatabase } from './open-database.ts';

/** Each answers with what is in the file, whatever its age, after what waits was written. None throws. */
export interface SpendQueries {
  usage(question: SpendQuestion): SpendReport;
  /** The same day by day, the oldest first. */
  days(question: SpendDaysQuestion): readonly SpendDay[];
  causes(sinceMs: number): SpendCauses;
  /** The latest first. */
  sessions(question: SessionsQuestion): readonly SessionSummary[];
  /** By the beginning of its id, the latest of several; null where there is none. */
  session(idBegins: string, keyId?: string): SessionStory | null;
  /** The rows of all exchanges that started in that time, in the order in which they ended. */
  rows(sinceMs: number, untilMs: number): Iterable<ExchangeRecord>;
}

export interface SpendQueriesOptions {
  readonly opened: OpenDatabase | undefined;
  readonly flush: () => void;
  readonly report: (thrown: unknown) => unknown;
}

const columnOf: Readonly<Record<Exclude<SpendBy, 'session' | 'day'>, string>> = {
  model: 'model',
  client: 'program',
  key: 'key_id',
  project: 'project',
  protocol: 'protocol',
  kind: 'kind',
  account: 'account',
  lane: 'lane',
};

const names = {
  calls: 'calls',
  failed: 'failed',
  canceled: 'canceled',
  inputTokens: 'input_tokens',
  cacheReadTokens: 'cache_read_tokens',
  cacheWriteTokens: 'cache_write_tokens',
  outputTokens: 'output_tokens',
  reasoningTokens: 'reasoning_tokens',
  costNanoAiu: 'nano_aiu',
  unknownCalls: 'unknown_calls',
  estimatedNanoAiu: 'estimated_nano_aiu',
} as const satisfies Record<keyof SpendFigures, string>;
const figures = Object.keys(names) as (keyof SpendFigures)[];

const added = sql.join(figures.map((figure) => sql`sum(${sql.ref(names[figure])}) as ${sql.ref(figure)}`));

/** Sums of the log's own rows, for one session alone: an index finds them. */
const counted = sql`count(*) as calls, sum(outcome = 'failed') as failed, sum(outcome = 'canceled') as canceled,
  sum(coalesce(input_tokens, 0)) as inputTokens, sum(coalesce(cache_read_tokens, 0)) as cacheReadTokens,
  sum(coalesce(cache_write_tokens, 0)) as cacheWriteTokens, sum(coalesce(output_tokens, 0)) as outputTokens,
  sum(coalesce(reasoning_tokens, 0)) as reasoningTokens, sum(coalesce(cost_nano_aiu, 0)) as costNanoAiu,
  sum(cost_nano_aiu is null) as unknownCalls,
  sum(case when cost_nano_aiu is null then coalesce(cast(estimate ->> 'nanoAiu' as integer), 0) else 0 end)
    as estimatedNanoAiu`;

const pageRows = 1000;
const maxStoryRows = 10_000;
type Row = Readonly<Record<string, unknown>>;

export function createSpendQueries({ opened, flush, report }: SpendQueriesOptions): SpendQueries {
  function all(statement: RawBuilder<unknown>): readonly Row[] {
    if (opened === undefined) return [];
    const compilable: Compilable = { compile: () => statement.compile(opened.queries) };
    const { sql: text, parameters } = compilable.compile();
    try {
      return opened.database.prepare(text).all(...(parameters as SQLInputValue[]));
    } catch (thrown) {
      report(thrown);
      return [];
    }
  }

  const sessionRows = (where: RawBuilder<unknown>) =>
    all(sql`select id, key_id as keyId, max(account) as account, max(project) as project, max(program) as program,
      min(first_at) as firstAt, max(last_at) as lastAt, group_concat(models, '') as models, sum(alarms) as alarms,
      ${added} from session where ${where} group by id, key_id order by max(last_at) desc`);

  /**
   * The latest that fit: the index by time is followed until there are enough, since a session has a row for each of its
   * projects, and sorting them all takes longer with every session that there ever was.
   */
  function latestSessions(where: RawBuilder<unknown>, limit: number): readonly Row[] {
    const found = new Map<string, RawBuilder<unknown>>();
    for (let from = 0; found.size < limit; from += limit) {
      const page = all(sql`select id, key_id as keyId from session where ${where}
        order by last_at desc limit ${limit} offset ${from}`);
      for (const { id, keyId } of page) found.set(`${textOf(id)} ${textOf(keyId)}`, sql`(${id}, ${keyId})`);
      if (page.length < limit) break;
    }
    const latest = [...found.values()].slice(0, limit);
    return latest.length === 0 ? [] : sessionRows(sql`${where} and (id, key_id) in (values ${sql.join(latest)})`);
  }

  return {
    usage(question) {
      flush();
      const rows = all(statementOf(question)).map((row) => ({ name: textOf(row['name']), ...figuresOf(row) }));
      const sorted = rows.toSorted((a, b) =>
        question.by === 'day' ? (a.name < b.name ? -1 : 1) : b.costNanoAiu - a.costNanoAiu || b.calls - a.calls,
      );
      return { by: question.by, total: totalOf(sorted), rows: sorted };
    },
    days({ by, sinceMs, keyId }) {
      flush();
      const own = keyId === undefined ? sql`true` : sql`key_id = ${keyId}`;
      const statement =
        by === 'session'
          ? sql`select strftime('%Y-%m-%d', started_at / 1000, 'unixepoch', 'localtime') as day, session as name,
              ${counted} from exchange where started_at >= ${Math.round(sinceMs)} and ${own} group by 1, 2 order by 1, 2`
          : sql`select day, coalesce(${sql.ref(columnOf[by])}, '') as name, ${added} from spend_day
              where day >= ${localDay(sinceMs)} and ${own} group by 1, 2 order by 1, 2`;
      return all(statement).map((row) => ({
        day: textOf(row['day']),
        name: textOf(row['name']),
        ...figuresOf(row),
      }));
    },
    causes(sinceMs) {
      flush();
      return causesOf(all(causesStatement(sinceMs))[0]);
    },
    sessions({ sinceMs = 0, keyId, limit }) {
      flush();
      const own = keyId === undefined ? sql`true` : sql`key_id = ${keyId}`;
      return latestSessions(sql`last_at >= ${Math.round(sinceMs)} and ${own}`, limit).map(summaryOf);
    },
    session(idBegins, keyId) {
      flush();
      const own = keyId === undefined ? sql`true` : sql`key_id = ${keyId}`;
      // `~` is behind every hex digit.
      const [row] = sessionRows(sql`id >= ${idBegins} and id < ${`${idBegins}~`} and ${own}`);
      if (row === undefined) return null;
      const session = summaryOf(row);
      const exchanges = all(sql`select * from (select * from exchange where session = ${session.id}
        and key_id = ${session.keyId} order by seq desc limit ${maxStoryRows}) order by started_at, seq`);
      return { session, exchanges: exchanges.map((one) => fromExchangeRow(one as unknown as ExchangeRow)) };
    },
    *rows(sinceMs, untilMs) {
      flush();
      for (let seq = 0, page: readonly Row[] = []; ; seq = Number(page.at(-1)?.['seq'])) {
        page = all(sql`select * from exchange where seq > ${seq} and started_at >= ${Math.round(sinceMs)}
          and started_at < ${Math.round(untilMs)} order by seq limit ${pageRows}`);
        for (const row of page) yield fromExchangeRow(row as unknown as ExchangeRow);
        if (page.length < pageRows) return;
      }
    },
  };
}

function statementOf({ by, sinceMs = 0, keyId, session }: SpendQuestion): RawBuilder<unknown> {
  const own = keyId === undefined ? sql`true` : sql`key_id = ${keyId}`;
  if (by === 'session') {
    const one = session === undefined ? sql`last_at >= ${Math.round(sinceMs)}` : sql`id = ${session}`;
    return sql`select id as name, ${added} from session where ${one} and ${own} group by id`;
  }
  if (session !== undefined) {
    const day = sql`strftime('%Y-%m-%d', started_at / 1000, 'unixepoch', 'localtime')`;
    const name = by === 'day' ? day : sql`coalesce(${sql.ref(columnOf[by])}, '')`;
    return sql`select ${name} as name, ${counted} from exchange
      where session = ${session} and started_at >= ${Math.round(sinceMs)} and ${own} group by 1`;
  }
  const name = sql.ref(by === 'day' ? 'day' : columnOf[by]);
  return sql`select ${name} as name, ${added} from spend_day where day >= ${localDay(sinceMs)} and ${own} group by 1`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function figuresOf(row: Row): SpendFigures {
  return Object.fromEntries(figures.map((figure) => [figure, Number(row[figure] ?? 0)])) as unknown as SpendFigures;
}

function totalOf(rows: readonly SpendRow[]): SpendFigures {
  return Object.fromEntries(
    figures.map((figure) => [figure, rows.reduce((sum, row) => sum + row[figure], 0)]),
  ) as unknown as SpendFigures;
}

function summaryOf(row: Row): SessionSummary {
  const project = textOf(row['project']);
  return {
    id: textOf(row['id']),
    keyId: textOf(row['keyId']),
    account: textOf(row['account']),
    project: project === '' ? null : project,
    program: textOf(row['program']),
    firstAt: Number(row['firstAt']),
    lastAt: Number(row['lastAt']),
    models: [...new Set(textOf(row['models']).split(','))].filter((model) => model !== ''),
    alarms: Number(row['alarms']),
    ...figuresOf(row),
  };
}
