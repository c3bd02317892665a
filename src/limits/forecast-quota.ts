/** Foretells from a quota, and from how fast it goes, when it will be gone. */
import type { QuotaForecast } from '../canonical/quota-forecast.ts';
import type { Quota, QuotaSnapshot } from '../canonical/quota.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** What a seat pays with; undefined where it has no such quota, or one without an end. */
function payingSnapshot({ snapshots }: Quota): QuotaSnapshot | undefined {
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
    used: Math.round((entitlement - remaining) * 1000) / 1000,
    entitlement,
    usedPercent: Math.round((1 - remaining / entitlement) * 1000) / 10,
    perDay,
    runsOutAt: gone !== null && (renewedAt === null || gone < renewedAt) ? Math.round(gone) : null,
    renewedAt,
    overagePermitted: snapshot.overagePermitted,
  };
}
