/** Every exchange: searched and filtered, and one of them opened. */
import { useState } from 'preact/hooks';
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import { credits, dateTime, duration, tokens } from '../format.ts';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { linkTo } from '../route.ts';
import { ExchangePage } from './exchange-page.tsx';

export function Exchanges({ id }: { readonly id: string }) {
  return id === '' ? <ExchangeList /> : <ExchangePage id={id} />;
}

const shownRows = 10_000;

function ExchangeList() {
  const answer = useAnswer('exchanges', { limit: shownRows }, 10_000);
  const [words, setWords] = useState('');
  const [outcome, setOutcome] = useState('');
  const [lane, setLane] = useState('');
  return (
    <div class="stack">
      <form class="row" role="search" onSubmit={(event) => event.preventDefault()}>
        <label>
          <span class="visually-hidden">Search</span>
          <input
            type="search"
            placeholder="model, program, project, id, error, edit …"
            size={34}
            value={words}
            onInput={({ currentTarget }) => setWords(currentTarget.value)}
          />
        </label>
        <Choice label="Outcome" value={outcome} options={['finished', 'failed', 'canceled']} onChange={setOutcome} />
        <Choice label="Lane" value={lane} options={['raw', 'patched', 'translated']} onChange={setLane} />
      </form>
      <Loaded of={answer}>
        {(all) => {
          const rows = all.filter((record) => fits(record, words, outcome, lane));
          if (all.length === 0) return <Empty title="No exchange yet">What your tools ask is listed here.</Empty>;
          if (rows.length === 0)
            return <Empty title="Nothing fits">Of {all.length} exchanges none is like this.</Empty>;
          return (
            <section class="card">
              <p class="soft">
                {rows.length === all.length ? `${all.length} exchanges` : `${rows.length} of ${all.length} exchanges`}
                {all.length === shownRows && ', the latest; `crossfeed export` writes all'}
              </p>
              <VirtualList
                label="Exchanges, the latest first"
                rows={rows}
                keyOf={(record) => record.id}
                columns={8}
                head={<Head />}
                row={(record) => <Row record={record} />}
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
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
}

export function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <label class="row">
      <span class="soft">{label}</span>
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        <option value="">all</option>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Every word has to stand somewhere. */
function fits(record: ExchangeRecord, words: string, outcome: string, lane: string): boolean {
  if (outcome !== '' && record.outcome !== outcome) return false;
  if (lane !== '' && record.lane !== lane) return false;
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return true;
  const { id, program, client, model, askedModel, project, session, errorCode, errorMessage, protocol, edits } = record;
  const places = [id, program, client, model, askedModel, project, session, errorCode, errorMessage, protocol];
  const text = [...places, ...edits.map(({ rule }) => rule)].join(' ').toLowerCase();
  return wanted.every((word) => text.includes(word));
}
