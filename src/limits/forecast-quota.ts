/** Foretells from a quota, and from how fast it goes, when it will be gone. */
import type { QuotaForecast } from '../canonical/quota-forecast.ts';
import { payingSnapshot, type Quota } from '../canonical/quota.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Undefined where the quota has no end. `perDay` as it was observed. */
export function forecastQuota(quota: Quota, perDay: number | null, nowMs: number): QuotaForecast | undefined {
  const snapshot = payingSnapshot(quota);
  const entitlement = snapshot?.entitlement ?? 0;
  if (snapshot === undefined || entitlement <= 0) return undefined;
  const percentLeft = snapshot.percentRemaining ?? 100;
  const remaining = snapshot.remaining ?? (entitlement * percentLeft) / 100;
  const renewed = quota.resetDate === null ? Number.NaN : Date.parse(`${quota.resetDate}T00:00:00Z`);
  const renewedAt = Number.isNaN(renewed) ? null : renewed;
  // What is gone already runs out no more.
  const gone = perDay === null || perDay <= 0 || remaining <= 0 ? null : nowMs + (remaining / perDay) * dayMs;
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
