/** One exchange, opened: what the client sent, each edit with its reason, what went up, what came back. */
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import { bytes, count, credits, dateTime, duration, tokens } from '../format.ts';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { linkTo } from '../route.ts';

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
      <div class="grid">
        <section class="card">
          <h2>What the client sent</h2>
          <dl class="facts">
            <dt>Program</dt>
            <dd>{record.client || '–'}</dd>
            <dt>Path</dt>
            <dd class="mono">{record.route}</dd>
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
          <p class="soft">Nothing: the bytes went up and came down as they were.</p>
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
      <Times record={record} />
    </>
  );
}

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
      {record.errorCode !== null && (
        <div class="problem">
          <span>
            <code>{record.errorCode}</code> {record.errorMessage}
          </span>
        </div>
      )}
    </section>
  );
}

/** From the start: until the first token, and until the end. */
function Times({ record }: { readonly record: ExchangeRecord }) {
  const { firstTokenMs, durationMs, startedAt } = record;
  const first = firstTokenMs === null ? null : Math.min(1, firstTokenMs / Math.max(1, durationMs));
  return (
    <section class="card">
      <h2>Times</h2>
      <p class="soft">{dateTime(startedAt)}</p>
      <div
        class="waterfall"
        role="img"
        aria-label={`First token after ${duration(firstTokenMs)}, ended after ${duration(durationMs)}`}
      >
        <span class="wait" style={{ width: `${(first ?? 1) * 100}%` }} />
        {first !== null && <span class="flow" style={{ width: `${(1 - first) * 100}%` }} />}
      </div>
      <div class="row spread soft">
        <span>until the first token: {duration(firstTokenMs)}</span>
        <span>
          in all: {duration(durationMs)}
          {record.heartbeats > 0 && `, ${record.heartbeats} heartbeats`}
          {record.synthesizedEnding && ', its ending is ours'}
        </span>
      </div>
    </section>
  );
}
