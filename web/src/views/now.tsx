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

function OpenCalls({ snapshot }: { readonly snapshot: LiveSnapshot }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Who</th>
            <th>Model</th>
            <th>State</th>
            <th class="number">Since</th>
            <th class="number">First token</th>
            <th class="number">Answer so far</th>
            <th class="number">Credits so far</th>
            <th>
              <span class="visually-hidden">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {snapshot.open.map((call) => (
            <tr key={call.id}>
              <td>
                {call.program || 'unknown program'} <span class="soft">{call.keyLabel}</span>
                {call.kind !== null && <span class="tag">{call.kind}</span>}
              </td>
              <td>
                {call.model ?? call.askedModel ?? '–'} {call.lane !== null && <span class="tag">{call.lane}</span>}
              </td>
              <td>{stateOf(call)}</td>
              <td class="number">{duration(snapshot.now - call.startedAt)}</td>
              <td class="number">{call.firstTokenAt === null ? '–' : duration(call.firstTokenAt - call.startedAt)}</td>
              <td class="number">{soFar(call)}</td>
              <td class="number">{creditsSoFar(call)}</td>
              <td>
                <Confirm label="Stop" question="Stop this call?" act={() => ask('stopExchange', { id: call.id })} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Ended({ snapshot }: { readonly snapshot: LiveSnapshot }) {
  return (
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>Time</th>
            <th>Who</th>
            <th>Model</th>
            <th>Outcome</th>
            <th class="number">Took</th>
            <th class="number">Output tokens</th>
            <th class="number">Credits</th>
          </tr>
        </thead>
        <tbody>
          {snapshot.ended.map((record) => (
            <tr key={record.id}>
              <td>
                <a href={linkTo('exchanges', record.id)}>{timeOfDay(record.startedAt)}</a>
              </td>
              <td>{record.program || 'unknown program'}</td>
              <td>{record.model ?? record.askedModel ?? '–'}</td>
              <td>
                <Outcome record={record} />
              </td>
              <td class="number">{duration(record.durationMs)}</td>
              <td class="number">{tokens(record.usage?.outputTokens)}</td>
              <td class="number">{credits(record.cost.nanoAiu)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
