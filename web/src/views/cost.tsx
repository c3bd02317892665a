/** What was spent: credits left, by day and by whatever, budgets, and what the prompt cache saved or lost. */
import { useMemo, useState } from 'preact/hooks';
import type { SpendDay, SpendDaysQuestion, SpendReport, SpendRow } from '../../../src/canonical/spend-figures.ts';
import { cachedShare } from '../cached-share.ts';
import { daysOf, startOfDay } from '../days.ts';
import { count, counted, credits, percent, tokens } from '../format.ts';
import { Chart, type Series } from '../parts/chart.tsx';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Table } from '../parts/table.tsx';
import { Budgets } from './budgets.tsx';
import { Leaks } from './leaks.tsx';
import { QuotaCard } from './quota-card.tsx';
import { Figure } from './sessions.tsx';

const spans = { '7': '7 days', '30': '30 days', '90': '90 days', '365': 'a year' } as const;
const kinds = [
  'model',
  'session',
  'client',
  'key',
  'project',
  'kind',
  'protocol',
  'account',
] as const satisfies readonly SpendDaysQuestion['by'][];

export function Cost() {
  const [days, setDays] = useState<keyof typeof spans>('30');
  const [by, setBy] = useState<(typeof kinds)[number]>('model');
  const sinceMs = useMemo(() => startOfDay(Date.now(), Number(days) - 1), [days]);
  const report = useAnswer('spend', { by, sinceMs }, 30_000);
  const perDay = useAnswer('spendDays', { by, sinceMs }, 30_000);
  return (
    <div class="stack">
      <QuotaCard />
      <form class="row" onSubmit={(event) => event.preventDefault()}>
        <label class="row">
          <span class="soft">Over</span>
          <select value={days} onChange={({ currentTarget }) => setDays(currentTarget.value as keyof typeof spans)}>
            {Object.entries(spans).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <label class="row">
          <span class="soft">By</span>
          <select value={by} onChange={({ currentTarget }) => setBy(currentTarget.value as typeof by)}>
            {kinds.map((kind) => (
              <option key={kind} value={kind}>
                {kind}
              </option>
            ))}
          </select>
        </label>
      </form>
      <Loaded of={report}>{(spend) => <Totals spend={spend} />}</Loaded>
      <Loaded of={perDay}>{(rows) => <ByDay rows={rows} sinceMs={sinceMs} by={by} />}</Loaded>
      <Loaded of={report}>{(spend) => <Spend spend={spend} />}</Loaded>
      <Leaks sinceMs={sinceMs} />
      <Budgets />
    </div>
  );
}

function Totals({ spend: { total } }: { readonly spend: SpendReport }) {
  return (
    <div class="grid figures">
      <Figure label="Credits" value={credits(total.costNanoAiu)} />
      <Figure label="Calls" value={count(total.calls)} />
      <Figure label="Cached share of the prompts" value={percent(cachedShare(total))} />
      <Figure label="Output tokens" value={tokens(total.outputTokens)} />
      <Figure
        label={`Expected of ${counted(total.unknownCalls, 'call')} without a bill`}
        value={credits(total.estimatedNanoAiu)}
      />
    </div>
  );
}

const shownSeries = 7;

function ByDay({
  rows,
  sinceMs,
  by,
}: {
  readonly rows: readonly SpendDay[];
  readonly sinceMs: number;
  readonly by: string;
}) {
  const drawn = useMemo(() => seriesOf(rows, sinceMs), [rows, sinceMs]);
  if (rows.length === 0)
    return (
      <section class="card">
        <Empty title="Nothing was spent in this time" />
      </section>
    );
  return (
    <div class="stack">
      <section class="card">
        <h2>Credits by day and {by}</h2>
        <Chart
          form="stack"
          times={drawn.times}
          series={drawn.cost}
          label={`Credits by day, stacked by ${by}; the table below has the sums`}
          format={(value) => value.toLocaleString(undefined, { maximumFractionDigits: 2 })}
        />
      </section>
      <section class="card">
        <h2>Cached share of the prompts</h2>
        <Chart
          form="line"
          times={drawn.times}
          series={drawn.cached}
          label="Cached share of the prompts by day, in percent"
          format={(value) => `${Math.round(value)} %`}
        />
      </section>
    </div>
  );
}

interface Drawn {
  readonly times: readonly number[];
  readonly cost: readonly Series[];
  readonly cached: readonly Series[];
}

/** Every day of the time, also those on which nothing was spent; the dearest names, and the rest as one. */
function seriesOf(rows: readonly SpendDay[], sinceMs: number): Drawn {
  const days = daysOf(rows, sinceMs, Date.now());
  const times = days.map((day) => new Date(`${day}T12:00`).getTime() / 1000);
  const sums = new Map<string, number>();
  for (const { name, costNanoAiu } of rows) if (costNanoAiu > 0) sums.set(name, (sums.get(name) ?? 0) + costNanoAiu);
  const names = [...sums].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  const shown = names.slice(0, shownSeries);
  const isRest = (name: string) => !shown.includes(name);
  const valuesOf = (fits: (name: string) => boolean) =>
    days.map(
      (day) => rows.reduce((sum, row) => sum + (row.day === day && fits(row.name) ? row.costNanoAiu : 0), 0) / 1e9,
    );
  const cost = shown.map((name) => ({ name: name || 'none', values: valuesOf((one) => one === name) }));
  if (names.length > shown.length) cost.push({ name: 'others', values: valuesOf(isRest) });
  const cached = days.map((day) => {
    const ofDay = rows.filter((row) => row.day === day);
    return (cachedShare(sumOf(ofDay)) ?? 0) * 100;
  });
  return { times, cost, cached: [{ name: 'cached', values: cached }] };
}

function sumOf(rows: readonly SpendRow[]) {
  const sum = (figure: 'inputTokens' | 'cacheReadTokens' | 'cacheWriteTokens') =>
    rows.reduce((total, row) => total + row[figure], 0);
  return {
    inputTokens: sum('inputTokens'),
    cacheReadTokens: sum('cacheReadTokens'),
    cacheWriteTokens: sum('cacheWriteTokens'),
  };
}

/** Sessions may be thousands. */
const shownRows = 100;

function Spend({ spend: { by, rows } }: { readonly spend: SpendReport }) {
  if (rows.length === 0) return null;
  return (
    <section class="card">
      <h2>By {by}</h2>
      <Table
        label={`Cost by ${by}`}
        rows={rows.slice(0, shownRows)}
        keyOf={(row) => row.name}
        columns={[
          { title: by, cell: (row) => row.name || <span class="soft">none</span> },
          { title: 'Calls', class: 'number', cell: (row) => count(row.calls) },
          { title: 'New input', class: 'number', cell: (row) => tokens(row.inputTokens + row.cacheWriteTokens) },
          { title: 'Cached', class: 'number', cell: (row) => tokens(row.cacheReadTokens) },
          { title: 'Output', class: 'number', cell: (row) => tokens(row.outputTokens) },
          { title: 'Cached share', class: 'number', cell: (row) => percent(cachedShare(row)) },
          { title: 'Credits', class: 'number', cell: (row) => credits(row.costNanoAiu) },
        ]}
      />
      {rows.length > shownRows && (
        <p class="soft">
          The dearest {shownRows} of {count(rows.length)}.
        </p>
      )}
    </section>
  );
}
