/** Sessions: what each conversation cost, call by call, and where its cache broke. */
import type { CacheBreak } from '../../../src/canonical/cache-finding.ts';
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import type { SessionStory, SessionSummary } from '../../../src/canonical/spend-figures.ts';
import { cachedShare } from '../cached-share.ts';
import { cacheText } from '../cache-text.ts';
import { count, counted, credits, dateTime, duration, percent, timeOfDay, tokens } from '../format.ts';
import { Empty, Loaded, useAnswer } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { VirtualList } from '../parts/virtual-list.tsx';
import { linkTo } from '../route.ts';
import { BrokenBlock } from './cache-break.tsx';
import { OtherModels } from './other-models.tsx';

export function Sessions({ id }: { readonly id: string }) {
  return id === '' ? <SessionList /> : <SessionPage id={id} />;
}

function SessionList() {
  const answer = useAnswer('sessions', { limit: 5_000 }, 15_000);
  return (
    <Loaded of={answer}>
      {(sessions) =>
        sessions.length === 0 ? (
          <Empty title="No session yet">Each conversation of a tool becomes one, by the tool's own marker.</Empty>
        ) : (
          <section class="card">
            <VirtualList
              label="Sessions, the latest first"
              rows={sessions}
              keyOf={({ id, keyId }) => `${id} ${keyId}`}
              columns={8}
              head={
                <>
                  <th>Last call</th>
                  <th>Session</th>
                  <th>Program</th>
                  <th>Project</th>
                  <th>Models</th>
                  <th class="number">Calls</th>
                  <th class="number">Cached</th>
                  <th class="number">Credits</th>
                </>
              }
              row={(session) => <SessionRow of={session} />}
            />
          </section>
        )
      }
    </Loaded>
  );
}

function SessionRow({ of: session }: { readonly of: SessionSummary }) {
  return (
    <>
      <td>{dateTime(session.lastAt)}</td>
      <td>
        <a class="mono" href={linkTo('sessions', session.id)}>
          {session.id.slice(0, 8)}
        </a>{' '}
        {session.alarms > 0 && <span class="tag warn">{counted(session.alarms, 'cache break')}</span>}
      </td>
      <td>{session.program || '–'}</td>
      <td>{session.project ?? '–'}</td>
      <td>{session.models.join(', ')}</td>
      <td class="number">{count(session.calls)}</td>
      <td class="number">{percent(cachedShare(session))}</td>
      <td class="number">{credits(session.costNanoAiu)}</td>
    </>
  );
}

function SessionPage({ id }: { readonly id: string }) {
  const answer = useAnswer('session', { id }, 10_000);
  return (
    <div class="stack">
      <p>
        <a href={linkTo('sessions')}>All sessions</a>
      </p>
      <Loaded of={answer}>
        {(story) =>
          story === null ? (
            <Empty title="There is no such session">It may be older than what the ledger keeps call by call.</Empty>
          ) : (
            <Story of={story} />
          )
        }
      </Loaded>
    </div>
  );
}

function Story({ of: { session, exchanges } }: { readonly of: SessionStory }) {
  const alarms = exchanges.filter(({ cache }) => cache?.alarm).length;
  return (
    <>
      <div class="grid figures">
        <Figure label="Credits" value={credits(session.costNanoAiu)} />
        <Figure label="Calls" value={count(session.calls)} />
        <Figure label="Cached share of the prompts" value={percent(cachedShare(session))} />
        <Figure label="Output tokens" value={tokens(session.outputTokens)} />
        <Figure label="Went on for" value={duration(session.lastAt - session.firstAt)} />
      </div>
      {session.unknownCalls > 0 && (
        <p class="soft">
          {counted(session.unknownCalls, 'call')} came without a bill: about {credits(session.estimatedNanoAiu)} credits
          more.
        </p>
      )}
      <section class="card">
        <h2>Call by call</h2>
        {alarms > 0 ? (
          <CallsWithBreaks key={alarms} id={session.id} exchanges={exchanges} />
        ) : (
          <Calls exchanges={exchanges} breaks={[]} />
        )}
      </section>
      <OtherModels exchanges={exchanges} />
    </>
  );
}

interface CallsProps {
  readonly exchanges: readonly ExchangeRecord[];
  readonly breaks: readonly CacheBreak[];
}

/** Asked only where a cache broke, and anew with each further break. */
function CallsWithBreaks({ id, exchanges }: Omit<CallsProps, 'breaks'> & { readonly id: string }) {
  const { value } = useAnswer('promptCache', { session: id });
  return <Calls exchanges={exchanges} breaks={value?.breaks ?? []} />;
}

function Calls({ exchanges, breaks }: CallsProps) {
  const most = dearest(exchanges);
  return (
    <ol class="timeline">
      {exchanges.map((record, at) => (
        <Call key={record.id} record={record} before={exchanges[at - 1]} most={most} breaks={breaks} />
      ))}
    </ol>
  );
}

function dearest(exchanges: readonly ExchangeRecord[]): number {
  return exchanges.reduce((most, { cost }) => Math.max(most, cost.nanoAiu ?? 0), 1);
}

export function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <div class="card">
      <div class="label">{label}</div>
      <div class="figure">{value}</div>
    </div>
  );
}

interface CallProps {
  readonly record: ExchangeRecord;
  readonly before: ExchangeRecord | undefined;
  readonly most: number;
  readonly breaks: readonly CacheBreak[];
}

function Call({ record, before, most, breaks }: CallProps) {
  const { usage, cache, cost } = record;
  const switched = before?.model != null && record.model !== null && before.model !== record.model;
  return (
    <li>
      <a href={linkTo('exchanges', record.id)}>{timeOfDay(record.startedAt)}</a>
      <span>
        {record.model ?? record.askedModel ?? '–'} {switched && <span class="tag warn">model switched</span>}{' '}
        {record.kind !== null && <span class="tag">{record.kind}</span>}{' '}
        {record.initiator !== null && <span class="soft">{record.initiator}</span>}{' '}
        {record.outcome !== 'finished' && <Outcome record={record} />}
      </span>
      <span class="soft">
        {usage === null
          ? 'no count came'
          : `${tokens(usage.inputTokens)} new, ${tokens(usage.cacheReadTokens)} cached, ${tokens(usage.outputTokens)} out`}
      </span>
      <span class="cost-mark" aria-hidden="true">
        <span style={{ width: `${Math.round(((cost.nanoAiu ?? 0) / most) * 100)}%` }} />
      </span>
      <span class="number">{credits(cost.nanoAiu)}</span>
      {cache !== null && <p class={cache.alarm ? 'break' : 'soft'}>{cacheText(cache)}</p>}
      {cache?.alarm && <BrokenBlock record={record} breaks={breaks} isFolded />}
    </li>
  );
}
