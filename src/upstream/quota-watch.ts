/** Hears what GitHub says of a seat's quota: where it was asked, and beside every answer. */
import type { Clock } from '../base/clock.ts';
import type { Quota, QuotaSnapshot } from '../canonical/quota.ts';
import type { Upstream } from './upstream.ts';

export interface QuotaWatch {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** `wasAsked`: GitHub was asked for it; else it came with an answer. */
  readonly onQuota: (quota: Quota, wasAsked: boolean) => void;
}

const header = 'x-quota-snapshot-premium_interactions';
/** Every answer brings it; reading one a minute costs nothing. */
const apartMs = 60_000;

/** The same upstream. The first answer makes it ask GitHub once, since the headers do not say what is counted. */
export function withQuotaWatch(upstream: Upstream, { clock, onQuota }: QuotaWatch): Upstream {
  let known: Quota | undefined;
  let readAt = -Infinity;

  async function ask(): Promise<Quota> {
    known = await upstream.quota();
    readAt = clock.monotonic();
    onQuota(known, true);
    return known;
  }

  function read(value: string) {
    const now = clock.monotonic();
    if (now - readAt < apartMs) return;
    readAt = now;
    if (known === undefined) {
      // Whoever asks for the quota hears why it cannot be had.
      ask().catch(() => undefined);
      return;
    }
    const snapshot = readQuotaHeader(value);
    if (snapshot === undefined) return;
    known = { ...known, snapshots: [...known.snapshots.filter(({ id }) => id !== snapshot.id), snapshot] };
    onQuota(known, false);
  }

  return {
    ...upstream,
    quota: ask,
    send(call, receiver) {
      upstream.send(call, {
        ...receiver,
        onHead(head, flow) {
          const value = head.headers[header];
          if (value !== undefined) read(value);
          receiver.onHead(head, flow);
        },
      });
    },
  };
}

/** `ent=7000&ov=0.0&ovPerm=true&rem=90.3&totRem=6321.4`; undefined where it does not say what is left. */
export function readQuotaHeader(value: string): QuotaSnapshot | undefined {
  const parts = new URLSearchParams(value);
  const numberOf = (name: string) => {
    const text = parts.get(name);
    const number = Number(text);
    return text === null || text === '' || !Number.isFinite(number) ? null : number;
  };
  const entitlement = numberOf('ent');
  const remaining = numberOf('totRem');
  const unlimited = entitlement === -1;
  if (!unlimited && (entitlement === null || remaining === null)) return undefined;
  return {
    id: 'premium_interactions',
    unlimited,
    entitlement: unlimited ? null : entitlement,
    remaining: unlimited ? null : remaining,
    percentRemaining: unlimited ? null : numberOf('rem'),
    overagePermitted: parts.get('ovPerm') === 'true',
    overageCount: numberOf('ov'),
  };
}
