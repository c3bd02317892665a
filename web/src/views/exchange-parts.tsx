/** Parts of an opened exchange: its times, its error in plain words, what became of its cache, what was made on its behalf. */
import type { ExchangeRecord } from '../../../src/canonical/exchange-record.ts';
import { checkOfError } from '../../../src/errors/error-check.ts';
import { errorTable } from '../../../src/errors/error-table.ts';
import { ask } from '../ask.ts';
import { cacheText } from '../cache-text.ts';
import { credits, dateTime, duration } from '../format.ts';
import { useAnswer } from '../parts/loaded.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { linkTo } from '../route.ts';
import { BrokenBlock } from './cache-break.tsx';

/** Each until it came: the place at the account, the upstream's head, the first token, the end. */
export function Times({ record }: { readonly record: ExchangeRecord }) {
  const { waitedMs, headMs, firstTokenMs, durationMs, startedAt } = record;
  const steps = [
    { name: 'queued', tone: 'queue', until: waitedMs },
    { name: 'until the head of the answer', tone: 'wait', until: headMs },
    { name: 'until the first token', tone: 'think', until: firstTokenMs },
    { name: 'until the end', tone: 'flow', until: durationMs },
  ];
  let reached = 0;
  const parts = steps.flatMap(({ name, tone, until }) => {
    if (until === null) return [];
    const ms = Math.max(0, until - reached);
    reached = Math.max(reached, until);
    return [{ name, tone, ms }];
  });
  return (
    <section class="card">
      <h2>Times</h2>
      <p class="soft">
        {dateTime(startedAt)}, {duration(durationMs)} in all
        {record.heartbeats > 0 && `, ${record.heartbeats} heartbeats`}
        {record.synthesizedEnding && ', its ending is ours'}
      </p>
      <div class="waterfall" aria-hidden="true">
        {parts.map(({ name, tone, ms }) => (
          <span key={name} class={tone} style={{ width: `${(ms / Math.max(1, reached)) * 100}%` }} />
        ))}
      </div>
      <ul class="waterfall-legend">
        {parts.map(({ name, tone, ms }) => (
          <li key={name}>
            <i class={tone} aria-hidden="true" /> {name} <strong>{duration(ms)}</strong>
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Failure({ record: { errorCode, errorMessage } }: { readonly record: ExchangeRecord }) {
  if (errorCode === null) return null;
  const { hint, retryable } = errorTable[errorCode] ?? { hint: '', retryable: false };
  const check = checkOfError[errorCode];
  return (
    <div class="problem">
      <div>
        <p>
          <code>{errorCode}</code> {errorMessage}
        </p>
        <p>
          {hint} {retryable ? 'Asking again may help.' : 'Asking again does not help.'}
        </p>
        {check && (
          <p>
            <code>crossfeed doctor --only {check}</code> looks at it.
          </p>
        )}
      </div>
    </div>
  );
}

export function CacheOf({ record }: { readonly record: ExchangeRecord }) {
  return record.cache === null ? null : <Finding record={record} cache={record.cache} />;
}

interface FindingProps {
  readonly record: ExchangeRecord;
  readonly cache: NonNullable<ExchangeRecord['cache']>;
}

function Finding({ record, cache }: FindingProps) {
  const { value } = useAnswer('promptCache', { session: record.session });
  return (
    <section class="card stack">
      <h2>Its prompt cache</h2>
      <p class={cache.alarm ? 'break' : ''}>
        {cacheText(cache)}
        {cache.costNanoAiu !== null && ` That is ${credits(cache.costNanoAiu)} credits more.`}
      </p>
      <BrokenBlock record={record} breaks={value?.breaks ?? []} />
    </section>
  );
}

const aroundMs = 24 * 60 * 60 * 1000;

/** A child begins while its parent lasts. */
export function Children({ record: { id, startedAt } }: { readonly record: ExchangeRecord }) {
  const times = { sinceMs: startedAt, untilMs: startedAt + aroundMs };
  const { value } = useAnswer('findExchanges', { parentId: id, limit: 50, ...times });
  const rows = value?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <section class="card">
      <h2>Made on its behalf</h2>
      <ul>
        {rows.map((child) => (
          <li key={child.id}>
            <a href={linkTo('exchanges', child.id)}>{child.route}</a> {child.model ?? '–'} <Outcome record={child} />{' '}
            {credits(child.cost.nanoAiu)} credits
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Rejects in the proxy's words. */
export async function downloadCapsule(id: string, withoutBodies: boolean): Promise<void> {
  const capsule = await ask('capsule', { id, withoutBodies });
  if (capsule === null) throw new Error('The exchange is not kept any more.');
  const url = URL.createObjectURL(new Blob([`${JSON.stringify(capsule, null, 2)}\n`], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `${id}.capsule.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
