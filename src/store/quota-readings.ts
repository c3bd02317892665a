/** What GitHub said of each seat's balance and when, beside what the ledger had by then. */
import type { SQLInputValue } from 'node:sqlite';
import type { Compilable } from 'kysely';
import { sql } from 'kysely';
import type { Clock } from '../base/clock.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import { payingSnapshot, type Quota } from '../canonical/quota.ts';
import type { Reconciliation } from '../canonical/reconciliation.ts';
import type { OpenDatabase } from './open-database.ts';

export interface QuotaReadings {
  /** Kept at most once in five minutes, unless somebody asked GitHub for it. Never throws. */
  observe(account: string, quota: Quota, wasAsked: boolean): void;
  /** The account that was read last unless one is named. Null where there are no two readings since then. */
  reconcile(account: string | undefined, sinceMs: number): Reconciliation | null;
}

export interface QuotaReadingsOptions {
  readonly opened: OpenDatabase | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Writes what waits: a reading stands beside the ledger of its moment. */
  readonly flush: () => void;
  readonly report: (thrown: unknown) => unknown;
}

interface QuotaReading {
  /** Of credits or premium requests, with those beyond the entitlement. */
  readonly used: number;
  readonly isCredits: boolean;
  /** All that the ledger ever had of this account. */
  readonly nanoAiu: number;
  readonly estimatedNanoAiu: number;
  readonly unknownCalls: number;
  readonly userCalls: number;
}

/** As GitHub rounds. */
const step = 0.1;
const apartMs = 5 * 60 * 1000;
const keptMs = 100 * 24 * 60 * 60 * 1000;

export function createQuotaReadings({ opened, clock, flush, report }: QuotaReadingsOptions): QuotaReadings {
  const lastAt = new Map<string, number>();

  function run({ database }: OpenDatabase, query: Compilable) {
    const { sql: text, parameters } = query.compile();
    return database.prepare(text).all(...(parameters as SQLInputValue[]));
  }

  function keep(place: OpenDatabase, account: string, used: number, isCredits: boolean, at: number) {
    flush();
    const [sums] = run(
      place,
      place.queries
        .selectFrom('spend_day')
        .where('account', '=', account)
        .select(
          sql<number>`coalesce(sum(nano_aiu), 0) as nano, coalesce(sum(estimated_nano_aiu), 0) as estimated,
            coalesce(sum(unknown_calls), 0) as unknown, coalesce(sum(iif(initiator = 'user', calls, 0)), 0)`.as('user'),
        ),
    );
    const reading: QuotaReading = {
      used,
      isCredits,
      nanoAiu: Number(sums?.['nano']),
      estimatedNanoAiu: Number(sums?.['estimated']),
      unknownCalls: Number(sums?.['unknown']),
      userCalls: Number(sums?.['user']),
    };
    const { queries } = place;
    run(place, queries.insertInto('quota_reading').values({ account, at, reading: JSON.stringify(reading) }));
    run(place, queries.deleteFrom('quota_reading').where('at', '<', at - keptMs));
  }

  const rowsOf = (place: OpenDatabase, sinceMs: number) =>
    run(
      place,
      place.queries.selectFrom('quota_reading').selectAll().where('at', '>=', Math.round(sinceMs)).orderBy('seq'),
    );

  return {
    observe(account, quota, wasAsked) {
      const used = usedOf(quota);
      const at = Math.round(clock.now());
      // GitHub may answer after the end.
      if (opened === undefined || !opened.database.isOpen || used === null) return;
      if (!wasAsked && Math.abs(at - (lastAt.get(account) ?? -Infinity)) < apartMs) return;
      lastAt.set(account, at);
      try {
        keep(opened, account, used, quota.tokenBasedBilling, at);
      } catch (thrown) {
        report(thrown);
      }
    },
    reconcile(account, sinceMs) {
      try {
        const rows = opened === undefined ? [] : rowsOf(opened, sinceMs);
        const wanted = account ?? rows.at(-1)?.['account'];
        const readings = rows.flatMap((row) => {
          const reading = row['account'] === wanted ? parseJson(String(row['reading'])) : null;
          return isObject(reading) ? [{ ...(reading as unknown as QuotaReading), at: Number(row['at']) }] : [];
        });
        return reconciled(String(wanted), readings);
      } catch (thrown) {
        report(thrown);
        return null;
      }
    },
  };
}

/** Null where the seat has no balance with an end. */
function usedOf(quota: Quota): number | null {
  const paying = payingSnapshot(quota);
  if (paying === undefined) return null;
  const { entitlement, remaining, overageCount } = paying;
  if (entitlement === null || remaining === null) return null;
  // Some say what is beyond the entitlement as a balance below nothing, some beside it, some both.
  return entitlement - Math.max(0, remaining) + Math.max(overageCount ?? 0, -remaining, 0);
}

function reconciled(
  account: string,
  readings: readonly (QuotaReading & { readonly at: number })[],
): Reconciliation | null {
  const last = readings.at(-1);
  // A seat that changed its billing begins anew.
  const alike = readings.filter(({ isCredits }) => isCredits === last?.isCredits);
  const [first] = alike;
  if (first === undefined || last === undefined || first === last) return null;
  let balanceUsed = 0;
  for (const [index, { used }] of alike.entries()) {
    const before = alike[index - 1]?.used ?? used;
    // Less used than before is a new month, in which all of it was used.
    balanceUsed += used >= before ? used - before : used;
  }
  const ledgerNanoAiu = last.nanoAiu - first.nanoAiu;
  return {
    account,
    unit: last.isCredits ? 'credits' : 'premium requests',
    step,
    fromMs: first.at,
    toMs: last.at,
    balanceUsed: rounded(balanceUsed),
    ledgerNanoAiu,
    unknownCalls: last.unknownCalls - first.unknownCalls,
    estimatedNanoAiu: last.estimatedNanoAiu - first.estimatedNanoAiu,
    userCalls: last.userCalls - first.userCalls,
    elsewhere: last.isCredits ? rounded(balanceUsed - ledgerNanoAiu / 1e9) : null,
  };
}

/** Sums of tenths are tenths. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
