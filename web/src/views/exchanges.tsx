/** Every exchange: searched and filtered, and one of them opened. */
import { useMemo } from 'preact/hooks';
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import type { ExchangeSearch } from '../../../src/canonical/exchange-search.ts';
import { count, credits, dateTime, duration, tokens } from '../format.ts';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { usePages } from '../parts/use-pages.ts';
import { VirtualList } from '../parts/virtual-list.tsx';
import { choose, linkTo, route } from '../route.ts';
import { ExchangePage } from './exchange-page.tsx';

export function Exchanges({ id }: { readonly id: string }) {
  return id === '' ? <ExchangeList /> : <ExchangePage id={id} />;
}

/** How far back, in hours. */
const times = { 'the last hour': 1, 'the last day': 24, 'the last week': 168, 'the last 30 days': 720 } as const;
const minuteMs = 60_000;

/** By the address alone: a link to it shows the same, and the back button goes back. */
function searchOf({ words, outcome, lane, model, key, session, parent, hours }: Filters): Search {
  const since = Number(hours);
  return {
    ...(words && { words }),
    ...(isOneOf(outcomes, outcome) && { outcome }),
    ...(isOneOf(lanes, lane) && { lane }),
    ...(model && { model }),
    ...(key && { keyId: key }),
    ...(session && { session }),
    ...(parent && { parentId: parent }),
    ...(since > 0 && { sinceMs: Math.floor(Date.now() / minuteMs) * minuteMs - since * 60 * minuteMs }),
  };
}

type Filters = Readonly<Record<string, string | undefined>>;
type Search = Omit<ExchangeSearch, 'limit' | 'before'>;
const outcomes = ['finished', 'failed', 'canceled'] as const;
const lanes = ['raw', 'patched', 'translated'] as const;

function isOneOf<T extends string>(all: readonly T[], value: string | undefined): value is T {
  return all.some((one) => one === value);
}

function ExchangeList() {
  const { filters } = route.value;
  const asked = JSON.stringify(filters);
  const search = useMemo(() => searchOf(filters), [asked]);
  const { pages, more } = usePages(search);
  const models = useAnswer('spend', { by: 'model' });
  const keys = useAnswer('keys', {});
  const pick = (name: string) => (value: string) => choose({ [name]: value }, true);
  const isFiltered = Object.values(filters).some((value) => value !== '');
  return (
    <div class="stack">
      <form class="row" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span class="visually-hidden">Search</span>
          <input
            type="search"
            placeholder="model, program, project, id, error, edit …"
            size={34}
            maxLength={300}
            value={filters['words'] ?? ''}
            onInput={({ currentTarget }) => choose({ words: currentTarget.value }, false)}
          />
        </label>
        <Choice label="Outcome" value={filters['outcome']} options={outcomes} onChange={pick('outcome')} />
        <Choice label="Lane" value={filters['lane']} options={lanes} onChange={pick('lane')} />
        <Choice
          label="Model"
          value={filters['model']}
          options={(models.value?.rows ?? []).map(({ name }) => name).filter((name) => name !== '')}
          onChange={pick('model')}
        />
        <Choice
          label="Key"
          value={filters['key']}
          options={(keys.value?.keys ?? []).map(({ id, label }) => [id, label] as const)}
          onChange={pick('key')}
        />
        <Choice
          label="Time"
          value={filters['hours']}
          options={Object.entries(times).map(([name, hours]) => [String(hours), name] as const)}
          onChange={pick('hours')}
        />
        {isFiltered && <a href={linkTo('exchanges')}>Clear</a>}
      </form>
      {filters['session'] && <p class="soft">Of the session {filters['session']} alone.</p>}
      <Loaded of={pages}>
        {({ rows, hasMore }) => {
          if (rows.length === 0 && hasMore) return <p role="status">Searching …</p>;
          if (rows.length === 0 && isFiltered)
            return <Empty title="Nothing fits">None of the exchanges that are kept is like this.</Empty>;
          if (rows.length === 0) return <Empty title="No exchange yet">What your tools ask is listed here.</Empty>;
          return (
            <section class="card">
              <p class="soft">
                {count(rows.length)} {hasMore ? 'so far; more come as you scroll' : 'in all'}
              </p>
              <VirtualList
                label="Exchanges, the latest first"
                rows={rows}
                keyOf={(record) => record.id}
                columns={8}
                head={<Head />}
                row={(record) => <Row record={record} />}
                onEnd={more}
              />
            </section>
          );
        }}
      </Loaded>
    </div>
  );
}

function Head() {
  return (
    <>
      <th>Time</th>
      <th>Program</th>
      <th>Model</th>
      <th>Lane</th>
      <th>Outcome</th>
      <th class="number">Took</th>
      <th class="number">Tokens in, out</th>
      <th class="number">Credits</th>
    </>
  );
}

function Row({ record }: { readonly record: ExchangeRecord }) {
  const { usage } = record;
  const input = usage && (usage.inputTokens ?? 0) + (usage.cacheReadTokens ?? 0) + (usage.cacheWriteTokens ?? 0);
  return (
    <>
      <td>
        <a href={linkTo('exchanges', record.id)}>{dateTime(record.startedAt)}</a>
      </td>
      <td>{record.program || '–'}</td>
      <td>{record.model ?? record.askedModel ?? '–'}</td>
      <td>{record.lane !== null && <span class="tag">{record.lane}</span>}</td>
      <td>
        <Outcome record={record} />
      </td>
      <td class="number">{duration(record.durationMs)}</td>
      <td class="number">
        {tokens(input)}, {tokens(usage?.outputTokens)}
      </td>
      <td class="number">{credits(record.cost.nanoAiu)}</td>
    </>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string | undefined;
  /** Each, or with the words for it. */
  readonly options: readonly (string | readonly [value: string, words: string])[];
  readonly onChange: (value: string) => void;
}

export function Choice({ label, value = '', options, onChange }: ChoiceProps) {
  const pairs = options.map((option) => (typeof option === 'string' ? ([option, option] as const) : option));
  // What the address says may not be among them any more, or not yet.
  const all = value === '' || pairs.some(([one]) => one === value) ? pairs : [...pairs, [value, value] as const];
  return (
    <label class="row">
      <span class="soft">{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">all</option>
        {all.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}
