/** Where a seat's quota is heading: how much of it is used, how fast, and when it will be gone. */
import type { Quota, QuotaSnapshot } from './quota.ts';

export interface QuotaForecast {
  /** Seats that are not billed by token yet pay with premium requests. */
  readonly unit: 'credits' | 'premium requests';
  readonly used: number;
  readonly entitlement: number;
  readonly usedPercent: number;
  /** In the quota's own unit; null while too little was seen. */
  readonly perDay: number | null;
  /** In ms since the epoch, where it is before the renewal; null where it lasts, or nobody knows. */
  readonly runsOutAt: number | null;
  /** When GitHub renews it, in ms since the epoch. */
  readonly renewedAt: number | null;
  /** What comes beyond is billed. */
  readonly overagePermitted: boolean;
}

/** What a seat pays with; undefined where it has no such quota, or one without an end. */
export function payingSnapshot({ snapshots }: Quota): QuotaSnapshot | undefined {
  const found = snapshots.find(({ id }) => id === 'premium_interactions');
  return found === undefined || found.unlimited || found.entitlement === null ? undefined : found;
}

/** Undefined where the quota has no end. `perDay` as it was observed. */
export function forecastQuota(quota: Quota, perDay: number | null, nowMs: number): QuotaForecast | undefined {
  const snapshot = payingSnapshot(quota);
  const entitlement = snapshot?.entitlement ?? 0;
  if (snapshot === undefined || entitlement <= 0) return undefined;
  const percentLeft = snapshot.percentRemaining ?? 100;
  const remaining = snapshot.remaining ?? (entitlement * percentLeft) / 100;
  const renewed = quota.resetDate === null ? Number.NaN : Date.parse(`${quota.resetDate}T00:00:00Z`);
  const renewedAt = Number.isNaN(renewed) ? null : renewed;
  const gone = perDay === null || perDay <= 0 ? null : nowMs + (Math.max(0, remaining) / perDay) * dayMs;
  return {
    unit: quota.tokenBasedBilling ? 'credits' : 'premium requests',
    used: entitlement - remaining,
    entitlement,
    usedPercent: Math.round((1 - remaining / entitlement) * 1000) / 10,
    perDay,
    runsOutAt: gone !== null && (renewedAt === null || gone < renewedAt) ? Math.round(gone) : null,
    renewedAt,
    overagePermitted: snapshot.overagePermitted,
  };
}

const dayMs = 24 * 60 * 60 * 1000;
