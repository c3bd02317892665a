/** What GitHub grants a seat, and what is left of it. */

export interface Quota {
  readonly login: string | null;
  /** As GitHub names it: `individual`, `individual_pro`, `business`, `enterprise`, or `free` by the sku. */
  readonly plan: string;
  readonly sku: string | null;
  /** The seat is billed in AI credits by token, not in premium requests. */
  readonly tokenBasedBilling: boolean;
  /** `YYYY-MM-DD`; null where GitHub does not say. */
  readonly resetDate: string | null;
  readonly snapshots: readonly QuotaSnapshot[];
}

export interface QuotaSnapshot {
  /** `premium_interactions`, `premium_models`, `chat`, `completions`, … */
  readonly id: string;
  readonly unlimited: boolean;
  readonly entitlement: number | null;
  /** May be negative where overage is allowed. */
  readonly remaining: number | null;
  readonly percentRemaining: number | null;
  readonly overagePermitted: boolean;
  readonly overageCount: number | null;
}

/** Under which names GitHub counts what a paid seat pays with, the newer one first. */
export const payingIds: readonly string[] = ['premium_models', 'premium_interactions'];

/** What a seat pays with; undefined where it has no such quota, or one without an end. */
export function payingSnapshot({ snapshots }: Pick<Quota, 'snapshots'>): QuotaSnapshot | undefined {
  return payingIds
    .flatMap((wanted) => snapshots.filter(({ id }) => id === wanted))
    .find(({ unlimited, entitlement }) => !unlimited && entitlement !== null);
}
