/** What happens just now: the seat, and every call as it streams. */
import { useState } from 'preact/hooks';
import type { AccountSummary } from '../../../src/control/contract.ts';
import type { LiveSnapshot, OpenCall } from '../../../src/dashboard/live-snapshot.ts';
import { ask } from '../ask.ts';
import { bytes, credits, dateTime, duration, timeOfDay, tokens } from '../format.ts';
import { connection, live } from '../live.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Empty, Problem } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { Table } from '../parts/table.tsx';
import { linkTo } from '../route.ts';

export function Now() {
  const snapshot = live.value;
  if (snapshot === null)
    return connection.value === 'lost' ? (
      <Problem text="The proxy does not answer. Is it running?" retry={() => location.reload()} />
    ) : (
      <div class="loading" role="status">
        Loading …
      </div>
    );
  return (
    <div class="stack">
      {snapshot.draining && <Problem text="The proxy is shutting down: running answers end, new calls are refused." />}
      <div class="row spread">
        <p class="soft">
          {snapshot.open.length === 0 ? 'Nothing is under way.' : `${snapshot.open.length} under way.`}{' '}
          {snapshot.paused && <span class="tag warn">paused: new calls wait</span>}
        </p>
        <Pause paused={snapshot.paused} />
      </div>
      <div class="grid">
        {snapshot.accounts.map((account) => (
          <Account key={account.account.name} of={account} now={snapshot.now} />
        ))}
      </div>
      <section class="card">
        <h2>Under way</h2>
        {snapshot.open.length === 0 ? (
          <Empty title="No call is under way">What your tools ask appears here as it streams.</Empty>
        ) : (
          <OpenCalls snapshot={snapshot} />
        )}
      </section>
      <section class="card">
        <h2>Just ended</h2>
        {snapshot.ended.length === 0 ? <Empty title="Nothing yet since the start" /> : <Ended snapshot={snapshot} />}
      </section>
    </div>
  );
}

function Pause({ paused }: { readonly paused: boolean }) {
  const [problem, setProblem] = useState<string | null>(null);
  const toggle = () =>
    ask('pause', { paused: !paused }).then(
      () => setProblem(null),
      (thrown: unknown) => setProblem(thrown instanceof Error ? thrown.message : 'It failed.'),
    );
  return (
    <span class="row">
      {problem !== null && <Problem text={problem} />}
      <button type="button" class={paused ? 'primary' : ''} onClick={() => void toggle()}>
        {paused ? 'Let calls go on' : 'Pause new calls'}
      </button>
    </span>
  );
}

function Account({ of: { account, upstream, limits }, now }: { readonly of: AccountSummary; readonly now: number }) {
  const { problem, blockedSince } = upstream;
  return (
    <section class="card" aria-label={`Account ${account.name}`}>
      <h2 class="row spread">
        <span>
          {account.login ?? account.name} {account.login !== null && <span class="soft">{account.name}</span>}
        </span>
        <span class={`tag ${upstream.ready ? 'good' : 'bad'}`}>{upstream.ready ? 'ready' : 'not ready'}</span>
      </h2>
      {problem && <Problem text={problem.message} />}
      <dl class="facts">
        <dt>Road</dt>
        <dd>{upstream.road ?? '–'}</dd>
        <dt>Host</dt>
        <dd>{upstream.apiOrigin?.replace(/^https?:\/\//, '') ?? '–'}</dd>
        <dt>Token</dt>
        <dd>
          {upstream.bearerSince === null ? '–' : `${duration(now - upstream.bearerSince)} old`}
          {upstream.bearerExpires !== null && `, until ${timeOfDay(upstream.bearerExpires)}`}
        </dd>
        {limits && (
          <>
            <dt>Queue</dt>
            <dd>
              {limits.running} of {limits.concurrency} running, {limits.queued} waiting
            </dd>
            {limits.heldUntil !== null && (
              <>
                <dt>Held</dt>
                <dd>until {timeOfDay(limits.heldUntil)}, because GitHub said so</dd>
              </>
            )}
          </>
        )}
      </dl>
      {blockedSince !== null && (
        <>
          <Problem
            text={`GitHub blocked this account on ${dateTime(blockedSince)}. Nothing is sent until you say so.`}
          />
          <Confirm
            label="Resume"
            question="Go on after the block?"
            act={() => ask('resume', { account: account.name })}
          />
        </>
      )}
    </section>
  );
}

const states = { preparing: 'preparing', waiting: 'waiting to start', running: 'asking' } as const;

function stateOf(call: OpenCall): string {
  return call.state === 'running' && call.firstTokenAt !== null ? 'streaming' : states[call.state];
}

/** In bytes as long as nobody knows what they are in tokens. */
function soFar({ outputTokens, isCounted, responseBytes }: OpenCall): string {
  if (outputTokens === null) return bytes(responseBytes);
  return `${isCounted ? '' : 'about '}${tokens(outputTokens)} tokens`;
}

/** Null, as long as it is not known, is what the whole call is expected to take. */
function creditsSoFar({ soFarNanoAiu, expectedNanoAiu }: OpenCall): string {
  if (expectedNanoAiu === null) return '–';
  if (soFarNanoAiu === null) return `${credits(expectedNanoAiu)} expected`;
  return `about ${credits(soFarNanoAiu)} of ${credits(expectedNanoAiu)}`;
}

function OpenCalls({ snapshot: { open, now } }: { readonly snapshot: LiveSnapshot }) {
  return (
    <Table
      label="Calls under way"
      rows={open}
      keyOf={(call) => call.id}
      columns={[
        {
          title: 'Who',
          cell: (call) => (
            <>
              {call.program || 'unknown program'} <span class="soft">{call.keyLabel}</span>
              {call.kind !== null && <span class="tag">{call.kind}</span>}
            </>
          ),
        },
        {
          title: 'Model',
          cell: (call) => (
            <>
              {call.model ?? call.askedModel ?? '–'} {call.lane !== null && <span class="tag">{call.lane}</span>}
            </>
          ),
        },
        { title: 'State', cell: stateOf },
        { title: 'Since', class: 'number', cell: (call) => duration(now - call.startedAt) },
        {
          title: 'First token',
          class: 'number',
          cell: (call) => (call.firstTokenAt === null ? '–' : duration(call.firstTokenAt - call.startedAt)),
        },
        { title: 'Answer so far', class: 'number', cell: soFar },
        { title: 'Credits so far', class: 'number', cell: creditsSoFar },
      ]}
      actions={(call) => (
        <Confirm label="Stop" question="Stop this call?" act={() => ask('stopExchange', { id: call.id })} />
      )}
    />
  );
}

function Ended({ snapshot }: { readonly snapshot: LiveSnapshot }) {
  return (
    <Table
      label="Calls that just ended"
      rows={snapshot.ended}
      keyOf={(record) => record.id}
      columns={[
        {
          title: 'Time',
          cell: ({ id, startedAt }) => <a href={linkTo('exchanges', id)}>{timeOfDay(startedAt)}</a>,
        },
        { title: 'Who', cell: ({ program }) => program || 'unknown program' },
        { title: 'Model', cell: ({ model, askedModel }) => model ?? askedModel ?? '–' },
        { title: 'Outcome', cell: (record) => <Outcome record={record} /> },
        { title: 'Took', class: 'number', cell: ({ durationMs }) => duration(durationMs) },
        { title: 'Output tokens', class: 'number', cell: ({ usage }) => tokens(usage?.outputTokens) },
        { title: 'Credits', class: 'number', cell: ({ cost }) => credits(cost.nanoAiu) },
      ]}
    />
  );
}
