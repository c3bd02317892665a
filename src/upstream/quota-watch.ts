/** Hears what GitHub says of a seat's quota: where it was asked, and beside every answer. */
import type { Clock } from '../base/clock.ts';
import { payingIds, type Quota, type QuotaSnapshot } from '../canonical/quota.ts';
import type { Upstream } from './upstream.ts';

export interface QuotaWatch {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** `wasAsked`: GitHub was asked for it; else it came with an answer. */
  readonly onQuota: (quota: Quota, wasAsked: boolean) => void;
}

/** A quota that could not be had is asked for again. */
const retryMs = 60_000;

/** The same upstream. The first answer makes it ask GitHub, since the headers do not say what is counted. */
export function withQuotaWatch(upstream: Upstream, { clock, onQuota }: QuotaWatch): Upstream {
  let known: Quota | undefined;
  let askedAt = -Infinity;
  let lastValue: string | undefined;

  async function ask(): Promise<Quota> {
    askedAt = clock.monotonic();
    known = await upstream.quota();
    onQuota(known, true);
    return known;
  }

  function read(id: string, value: string, quota: Quota) {
    // Most answers cost less than the balance shows.
    if (value === lastValue) return;
    lastValue = value;
    const snapshot = readQuotaHeader(id, value);
    if (snapshot === undefined) return;
    known = { ...quota, snapshots: [...quota.snapshots.filter((one) => one.id !== id), snapshot] };
    onQuota(known, false);
  }

  function observe(headers: Readonly<Record<string, string>>) {
    const id = payingIds.find((one) => headers[headerOf(one)] !== undefined);
    const value = id && headers[headerOf(id)];
    if (id === undefined || value === undefined) return;
    if (known !== undefined) return read(id, value, known);
    if (clock.monotonic() - askedAt < retryMs) return;
    // Whoever asks for the quota hears why it cannot be had.
    ask().catch(() => undefined);
  }

  return {
    ...upstream,
    quota: ask,
    send(call, receiver) {
      upstream.send(call, {
        ...receiver,
        onHead(head, flow) {
          observe(head.headers);
          receiver.onHead(head, flow);
        },
      });
    },
  };
}

function headerOf(id: string): string {
  return `x-quota-snapshot-${id}`;
}

/** `ent=7000&ov=0.0&ovPerm=true&rem=90.3&totRem=6321.4`; undefined where it does not say what is left. */
export function readQuotaHeader(id: string, value: string): QuotaSnapshot | undefined {
  const parts = new URLSearchParams(value);
  const numberOf = (name: string) => {
    const text = parts.get(name);
    const number = Number(text);
    return text === null || text === '' || !Number.isFinite(number) ? null : number;
  };
  const entitlement = numberOf('ent');
  const remaining = numberOf('totRem');
  const unlimited = entitlement === -1;
  const percentRemaining = numberOf('rem');
  if (!unlimited && (entitlement === null || (remaining ?? percentRemaining) === null)) return undefined;
  return {
    id,
    unlimited,
    entitlement: unlimited ? null : entitlement,
    remaining: unlimited ? null : remaining,
    percentRemaining: unlimited ? null : percentRemaining,
    overagePermitted: parts.get('ovPerm') === 'true',
    overageCount: numberOf('ov'),
  };
}
