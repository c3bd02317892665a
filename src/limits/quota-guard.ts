/** Watches the quota of each seat: warns once a period at 50, 80 and 95 %, and stops before the end where that is wanted. */
import type { Clock } from '../base/clock.ts';
import type { Quota } from '../canonical/quota.ts';
import type { QuotaForecast } from '../canonical/quota-forecast.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { SeatGuard } from './budget-desk.ts';
import { forecastQuota } from './forecast-quota.ts';
import { ascii, localMinute } from './budget-words.ts';

export interface QuotaGuardOptions {
  /** 0 never stops. */
  readonly stopPercent: number;
  readonly clock: Pick<Clock, 'now'>;
  /** Outlives a restart: nobody is warned twice of the same. */
  readonly memory: { get(key: string): string | undefined; set(key: string, value: string): void };
  /** In nano-AIU since then, by the ledger: what this proxy spent of the account's credits. */
  readonly spent: (accountName: string, sinceMs: number) => number;
  readonly warn: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

export interface QuotaGuard extends SeatGuard {
  /** What GitHub just said of an account's seat. */
  observe(accountName: string, quota: Quota): void;
  /** Undefined while GitHub said nothing, and where the quota has no end. */
  forecast(accountName: string): QuotaForecast | undefined;
}

interface Seat {
  readonly quota: Quota;
  /** The oldest reading of this period, and the newest: how fast it goes, whoever spends. */
  readonly first: Reading;
  readonly last: Reading;
  /** Steps that the next caller is to hear of. */
  untold: string | undefined;
}

interface Reading {
  readonly at: number;
  readonly used: number;
}

const steps = [50, 80, 95] as const;
const dayMs = 24 * 60 * 60 * 1000;
/** A burst of an hour says nothing of a day. */
const leastSpanMs = 6 * 60 * 60 * 1000;
const ledgerDays = 7;

export function createQuotaGuard({ stopPercent, clock, memory, spent, warn }: QuotaGuardOptions): QuotaGuard {
  const seats = new Map<string, Seat>();

  function perDayOf(accountName: string, seat: Seat): number | null {
    const { first, last, quota } = seat;
    const spanMs = last.at - first.at;
    if (spanMs >= leastSpanMs && last.used > first.used) return ((last.used - first.used) / spanMs) * dayMs;
    if (!quota.tokenBasedBilling) return null;
    const nanoAiu = spent(accountName, clock.now() - (ledgerDays - 1) * dayMs);
    return nanoAiu > 0 ? nanoAiu / 1e9 / ledgerDays : null;
  }

  function forecastOf(accountName: string, seat: Seat): QuotaForecast | undefined {
    return forecastQuota(seat.quota, perDayOf(accountName, seat), clock.now());
  }

  /** What was told in this period; a renewal begins anew. */
  function toldOf(accountName: string, { quota }: Seat): number {
    const [period, step] = (memory.get(factOf(accountName)) ?? '').split(' ');
    return period === periodOf(quota) ? Number(step) : 0;
  }

  return {
    observe(accountName, quota) {
      const state = forecastQuota(quota, null, clock.now());
      if (state === undefined) return void seats.delete(accountName);
      const reading = { at: clock.now(), used: state.used };
      const before = seats.get(accountName);
      // Less used than before is a new period, whatever the date says.
      const goesOn = before && periodOf(before.quota) === periodOf(quota) && before.last.used <= state.used;
      const seat: Seat = { quota, first: goesOn ? before.first : reading, last: reading, untold: before?.untold };
      seats.set(accountName, seat);
      const step = steps.findLast((one) => state.usedPercent >= one) ?? 0;
      if (step <= toldOf(accountName, seat)) return;
      memory.set(factOf(accountName), `${periodOf(quota)} ${step}`);
      const text = quotaText(accountName, forecastOf(accountName, seat) ?? state);
      seat.untold = ascii(text);
      warn(text, { account: accountName, usedPercent: state.usedPercent });
    },
    forecast(accountName) {
      const seat = seats.get(accountName);
      return seat && forecastOf(accountName, seat);
    },
    judge(accountName) {
      const seat = seats.get(accountName);
      if (seat === undefined) return noWarning;
      const { untold } = seat;
      seat.untold = undefined;
      const warnings = untold === undefined ? [] : [untold];
      const state = stopPercent > 0 ? forecastQuota(seat.quota, null, clock.now()) : undefined;
      const isRenewed = state?.renewedAt != null && state.renewedAt <= clock.now();
      if (state === undefined || isRenewed || state.usedPercent < stopPercent) return { warnings };
      const message =
        `${quotaText(accountName, state)} The setting limits.quotaStopPercent stops calls at ${stopPercent} %. ` +
        'To go on: `crossfeed config set limits.quotaStopPercent 0`, and start again.';
      return { refusal: new ProxyError('insufficient_quota', message), warnings };
    },
  };
}

const noWarning = { warnings: [] } as const;

/** `81 % of the seat's 1500 credits are used …`, in whole sentences. */
export function quotaText(accountName: string, forecast: QuotaForecast): string {
  const { usedPercent, used, entitlement, unit, runsOutAt, renewedAt, overagePermitted, perDay } = forecast;
  const speed = perDay === null || perDay < 0.05 ? '' : `, about ${round(perDay)} a day`;
  const end = runsOutAt === null ? '' : ` At this rate they are gone on ${localMinute(runsOutAt)}.`;
  const renewal = renewedAt === null ? '' : ` GitHub renews them on ${localMinute(renewedAt)}.`;
  const overage = overagePermitted ? ' What comes beyond is billed: overage is permitted.' : '';
  return `${usedPercent} % of the ${unit} of ${accountName} are used (${round(used)} of ${round(entitlement)}${speed}).${end}${renewal}${overage}`;
}

const round = (value: number) => String(Math.round(value * 10) / 10);
const factOf = (accountName: string) => `quota-warned:${accountName}`;

/** Where GitHub names no date of renewal, a figure that falls is one. */
function periodOf({ resetDate, tokenBasedBilling }: Quota): string {
  return `${resetDate ?? 'unknown'}/${tokenBasedBilling ? 'credits' : 'requests'}`;
}
