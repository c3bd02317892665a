/** What calls under way hold of a hard budget: on disk before the call goes up, gone with the row of its exchange. */
import type { StatementSync } from 'node:sqlite';
import type { Reservation, Reserved } from '../canonical/budget.ts';
import { isObject, parseJson } from '../canonical/json-value.ts';
import type { StoreFaultKind } from '../canonical/store-health.ts';
import type { OpenDatabase } from './open-database.ts';

export interface Reservations {
  /** Never throws. */
  reserve(reservation: Reservation): Reserved;
  /** Of a call that was never sent. One that was is released by its record. Never throws. */
  release(exchangeId: string): void;
  /** The same inside a transaction that writes the exchange's row; costs nothing for one without a reservation. */
  drop(exchangeId: string): void;
  /** That transaction is on disk. */
  forget(exchanges: readonly { readonly id: string }[]): void;
  /** Those that a dead process left, the oldest first: none of this one. */
  leftOver(): readonly Reservation[];
}

export function createReservations(
  opened: OpenDatabase | undefined,
  report: (thrown: unknown) => StoreFaultKind,
): Reservations {
  /** Of this process. */
  const held = new Set<string>();
  const prepared = new Map<string, StatementSync>();
  const statement = ({ database }: OpenDatabase, text: string) => {
    const known = prepared.get(text) ?? database.prepare(text);
    prepared.set(text, known);
    return known;
  };

  function drop(exchangeId: string) {
    if (opened === undefined || !held.has(exchangeId)) return;
    statement(opened, 'delete from reservation where exchange_id = ?').run(exchangeId);
  }

  return {
    reserve(reservation) {
      if (opened === undefined) return 'failed';
      try {
        statement(opened, 'insert or replace into reservation (exchange_id, reserved) values (?, ?)').run(
          reservation.exchangeId,
          JSON.stringify(reservation),
        );
        held.add(reservation.exchangeId);
        return 'kept';
      } catch (thrown) {
        return report(thrown) === 'busy' ? 'busy' : 'failed';
      }
    },
    release(exchangeId) {
      try {
        drop(exchangeId);
        held.delete(exchangeId);
      } catch (thrown) {
        report(thrown);
      }
    },
    drop,
    forget(exchanges) {
      if (held.size > 0) for (const { id } of exchanges) held.delete(id);
    },
    leftOver() {
      try {
        const rows =
          opened?.database.prepare('select exchange_id, reserved from reservation order by rowid').all() ?? [];
        return rows.flatMap((row) => {
          const reservation = parseJson(String(row['reserved']));
          return isObject(reservation) && !held.has(String(row['exchange_id']))
            ? [reservation as unknown as Reservation]
            : [];
        });
      } catch (thrown) {
        report(thrown);
        return [];
      }
    },
  };
}
