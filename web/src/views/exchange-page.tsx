/** One exchange, opened: what the client sent, each edit with its reason, what went up, what came back. */
import { useState } from 'preact/hooks';
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import { bytes, count, credits, tokens } from '../format.ts';
import { Empty, Loaded, Problem, useAnswer } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { linkTo } from '../route.ts';
import { ExchangeBodies } from './exchange-bodies.tsx';
import { CacheOf, Children, downloadCapsule, Failure, Times } from './exchange-parts.tsx';

export function ExchangePage({ id }: { readonly id: string }) {
  const answer = useAnswer('exchange', { id });
  return (
    <div class="stack">
      <p>
        <a href={linkTo('exchanges')}>All exchanges</a>
      </p>
      <Loaded of={answer}>
        {(record) =>
          record === null ? (
            <Empty title="There is no such exchange">The log keeps the latest 100,000.</Empty>
          ) : (
            <Opened record={record} />
          )
        }
      </Loaded>
    </div>
  );
}

function Opened({ record }: { readonly record: ExchangeRecord }) {
  return (
    <>
      <Export record={record} />
      <div class="grid">
        <section class="card">
          <h2>What the client sent</h2>
          <dl class="facts">
            <dt>Program</dt>
            <dd>{record.client || '–'}</dd>
            <dt>Path</dt>
            <dd class="mono">{record.route}</dd>
            {record.parentId !== null && (
              <>
                <dt>Made for</dt>
                <dd>
                  <a class="mono" href={linkTo('exchanges', record.parentId)}>
                    {record.parentId}
                  </a>
                </dd>
              </>
            )}
            <dt>Model asked</dt>
            <dd>{record.askedModel ?? '–'}</dd>
            <dt>Size</dt>
            <dd>{bytes(record.requestBytes)}</dd>
            <dt>Session</dt>
            <dd>
              <a class="mono" href={linkTo('sessions', record.session)}>
                {record.session}
              </a>
            </dd>
            <dt>Key</dt>
            <dd>{record.keyId}</dd>
            <dt>Project</dt>
            <dd>{record.project ?? '–'}</dd>
            {record.kind !== null && (
              <>
                <dt>Declared as</dt>
                <dd>{record.kind}</dd>
              </>
            )}
          </dl>
        </section>
        <section class="card">
          <h2>What went upstream</h2>
          {!wentUp(record) && (
            <p class="soft">Nothing: it ended before its turn came. This is where it would have gone.</p>
          )}
          <dl class="facts">
            <dt>Account</dt>
            <dd>{record.account || '–'}</dd>
            <dt>Model</dt>
            <dd>{record.model ?? '–'}</dd>
            <dt>Endpoint</dt>
            <dd class="mono">{record.endpoint ?? '–'}</dd>
            <dt>Lane</dt>
            <dd>{record.lane ?? '–'}</dd>
            <dt>Initiator</dt>
            <dd>{record.initiator ?? '–'}</dd>
            <dt>GitHub's id</dt>
            <dd class="mono">{record.upstreamRequestId ?? '–'}</dd>
          </dl>
        </section>
        <CameBack record={record} />
      </div>
      <section class="card">
        <h2>What was changed on the way</h2>
        {record.edits.length === 0 ? (
          <p class="soft">{wentUp(record) ? untouched[record.lane ?? 'none'] : 'Nothing.'}</p>
        ) : (
          <ul class="edits">
            {record.edits.map(({ rule, reason, path }, at) => (
              <li key={`${rule} ${path} ${at}`}>
                <span class="tag mono">{rule}</span> {path !== undefined && <code>{path}</code>} <span>{reason}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
      <ExchangeBodies key={`bodies ${record.id}`} id={record.id} />
      <CacheOf record={record} />
      <Children record={record} />
      <Times record={record} />
    </>
  );
}

/** A call that was refused, denied or given up never got a place in the account's queue. */
const wentUp = ({ outcome, waitedMs, upstreamStatus }: ExchangeRecord) =>
  outcome === 'finished' || waitedMs !== null || upstreamStatus !== null;

/** What an exchange without edits means, by its lane. */
const untouched = {
  none: 'Nothing: it never went up.',
  raw: 'Nothing: the bytes went up and came down as they were.',
  patched: 'Nothing that is named here.',
  translated: 'It was translated into another protocol and back, and nothing was left out or added.',
} as const;

function CameBack({ record }: { readonly record: ExchangeRecord }) {
  const { usage, cost, estimate } = record;
  return (
    <section class="card">
      <h2 class="row spread">
        What came back <Outcome record={record} />
      </h2>
      <dl class="facts">
        <dt>Status</dt>
        <dd>
          {record.status === 0 ? 'the client left first' : record.status}
          {record.upstreamStatus !== null && record.upstreamStatus !== record.status && (
            <span class="soft"> (GitHub said {record.upstreamStatus})</span>
          )}
        </dd>
        <dt>Size</dt>
        <dd>{bytes(record.responseBytes)}</dd>
        <dt>Input tokens</dt>
        <dd>
          {usage === null
            ? 'no count came'
            : `${tokens(usage.inputTokens)} new, ${tokens(usage.cacheReadTokens)} cached, ${tokens(usage.cacheWriteTokens)} written to the cache`}
        </dd>
        <dt>Output tokens</dt>
        <dd>
          {count(usage?.outputTokens)}
          {usage?.reasoningTokens != null && `, of them ${count(usage.reasoningTokens)} of reasoning`}
        </dd>
        <dt>Credits</dt>
        <dd>
          {credits(cost.nanoAiu)} <span class="soft">{cost.source}</span>{' '}
          {cost.tier === 'long' && <span class="tag warn">dearer tier</span>}
        </dd>
        <dt>Expected</dt>
        <dd>
          {credits(estimate?.nanoAiu)}
          {estimate !== null && `, at most ${credits(estimate.mostNanoAiu)}`}
        </dd>
      </dl>
      <Failure record={record} />
    </section>
  );
}

/** A file that may be given away; prompts and answers only where somebody wants them in it. */
function Export({ record: { id } }: { readonly record: ExchangeRecord }) {
  const [problem, setProblem] = useState<string | null>(null);
  const download = (withoutBodies: boolean) => {
    setProblem(null);
    downloadCapsule(id, withoutBodies).catch((thrown: unknown) =>
      setProblem(thrown instanceof Error ? thrown.message : 'It failed.'),
    );
  };
  return (
    <div class="row">
      <button type="button" onClick={() => download(true)}>
        Save capsule without bodies
      </button>
      <button type="button" onClick={() => download(false)}>
        Save capsule
      </button>
      <span class="soft">
        A capsule names no account, key or project. <code>crossfeed replay FILE</code> plays it again.
      </span>
      {problem !== null && <Problem text={problem} />}
    </div>
  );
}
