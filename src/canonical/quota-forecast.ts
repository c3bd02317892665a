/** Where a seat's quota is heading: how much of it is used, how fast, and when it will be gone. */
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
