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
  /** `premium_interactions`, `chat`, `completions`, … */
  readonly id: string;
  readonly unlimited: boolean;
  readonly entitlement: number | null;
  /** May be negative where overage is allowed. */
  readonly remaining: number | null;
  readonly percentRemaining: number | null;
  readonly overagePermitted: boolean;
  readonly overageCount: number | null;
}
