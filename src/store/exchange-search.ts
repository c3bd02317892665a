/** Looks through the log for what fits, the latest first, a stretch at a time: no question holds the streams up for long. */
import type { SQLInputValue } from 'node:sqlite';
import { sql, type RawBuilder } from 'kysely';
import type { Clock } from '../base/clock.ts';
import type { ExchangePage, ExchangeSearch } from '../canonical/exchange-search.ts';
import type { ExchangeRow } from './database-schema.ts';
import { fromExchangeRow } from './exchange-row.ts';
import type { OpenDatabase } from './open-database.ts';

export type FindExchanges = (search: ExchangeSearch) => ExchangePage;

export interface ExchangeSearchOptions {
  readonly opened: OpenDatabase | undefined;
  readonly flush: () => void;
  readonly report: (thrown: unknown) => unknown;
  readonly clock: Pick<Clock, 'monotonic'>;
}

/** Rows that are looked at before the time is looked at: some 20 ms of the slowest search. */
const stretchRows = 5_000;
/** After so long a page is what was found until then. */
const enoughMs = 60;
const maxWords = 8;

const columns = {
  outcome: 'outcome',
  lane: 'lane',
  model: 'model',
  session: 'session',
  keyId: 'key_id',
  parentId: 'parent_id',
} as const satisfies Partial<Record<keyof ExchangeSearch, string>>;

/** Where words are looked for. */
const searched = [
  'id',
  'program',
  'client',
  'model',
  'asked_model',
  'project',
  'session',
  'key_id',
  'kind',
  'protocol',
  'route',
  'error_code',
  'error_message',
  'upstream_request_id',
] as const;
/** Of an edit its rule: its reason is a sentence that holds too many words. */
const text = sql`lower(concat_ws(' ', ${sql.join(searched.map((name) => sql.ref(name)))},
  (select group_concat(value ->> 'rule', ' ') from json_each(case when edits = '[]' then '[]'
    when json_valid(edits) then edits else '[]' end))))`;

/** Never throws. */
export function createExchangeSearch({ opened, flush, report, clock }: ExchangeSearchOptions): FindExchanges {
  function all(statement: RawBuilder<unknown>): readonly Readonly<Record<string, unknown>>[] {
    if (opened === undefined) return [];
    const { sql: written, parameters } = statement.compile(opened.queries);
    return opened.database.prepare(written).all(...(parameters as SQLInputValue[]));
  }

  /** The numbers of the rows among which there can be some, from the end: both are in. */
  function bounds({ before, sinceMs, untilMs }: ExchangeSearch): { first: number; last: number } {
    const since = sinceMs === undefined ? sql`true` : sql`started_at >= ${Math.round(sinceMs)}`;
    const until = untilMs === undefined ? sql`true` : sql`started_at < ${Math.round(untilMs)}`;
    // Each by itself: SQLite goes through the whole log for both at once, and to its two ends for one after the other.
    const [row] = all(sql`select (select min(seq) from exchange where ${since} and ${until}) as first,
      (select max(seq) from exchange where ${since} and ${until}) as last`);
    const last = Number(row?.['last'] ?? 0);
    return { first: Number(row?.['first'] ?? 1), last: before === undefined ? last : Math.min(last, before - 1) };
  }

  return (search) => {
    flush();
    const rows: ExchangeRow[] = [];
    const startedMs = clock.monotonic();
    try {
      const { first, last } = bounds(search);
      const fits = sql.join(conditionsOf(search), sql` and `);
      for (let high = last; high >= first; high -= stretchRows) {
        const low = Math.max(first, high - stretchRows + 1);
        const wanted = search.limit - rows.length;
        const found = all(sql`select * from exchange where seq between ${low} and ${high} and ${fits}
          order by seq desc limit ${wanted}`) as unknown as readonly ExchangeRow[];
        rows.push(...found);
        const end = found.length === wanted ? Number(found.at(-1)?.seq) : low;
        const isOver = found.length === wanted || clock.monotonic() - startedMs >= enoughMs;
        if (isOver) return { rows: rows.map(fromExchangeRow), next: end > first ? end : null };
      }
    } catch (thrown) {
      report(thrown);
    }
    return { rows: rows.map(fromExchangeRow), next: null };
  };
}

function conditionsOf(search: ExchangeSearch): readonly RawBuilder<unknown>[] {
  const { words = '', sinceMs, untilMs } = search;
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean).slice(0, maxWords);
  return [
    sql`true`,
    ...(Object.keys(columns) as (keyof typeof columns)[]).flatMap((name) =>
      search[name] === undefined ? [] : [sql`${sql.ref(columns[name])} = ${search[name]}`],
    ),
    ...(sinceMs === undefined ? [] : [sql`started_at >= ${Math.round(sinceMs)}`]),
    ...(untilMs === undefined ? [] : [sql`started_at < ${Math.round(untilMs)}`]),
    ...wanted.map((word) => sql`instr(${text}, ${word}) > 0`),
  ];
}
