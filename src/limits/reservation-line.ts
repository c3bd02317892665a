/** Calls whose reservation waits for the ledger's file, while another program writes to it. */
import type { Clock, Timer } from '../base/clock.ts';
import type { Reservation, Reserved } from '../canonical/budget.ts';

type Settled = Exclude<Reserved, 'busy'>;

export interface ReservationLineOptions {
  readonly reserve: (reservation: Reservation) => Reserved;
  readonly clock: Clock;
}

export interface ReservationLine {
  /** At once where the file answers; else within two seconds. A call that left meanwhile reserves nothing. */
  reserve(reservation: Reservation, signal: AbortSignal): Settled | Promise<Settled>;
}

interface Waiting {
  readonly reservation: Reservation;
  readonly signal: AbortSignal;
  readonly untilMs: number;
  readonly settle: (outcome: Settled) => void;
}

const patientMs = 2_000;
/** Each look may stop the process for the 20 ms that SQLite waits. */
const lookMs = 100;

export function createReservationLine({ reserve, clock }: ReservationLineOptions): ReservationLine {
  let line: Waiting[] = [];
  let timer: Timer | undefined;

  function look() {
    timer = undefined;
    const nowMs = clock.monotonic();
    for (const [index, one] of line.entries()) {
      const outcome = one.signal.aborted ? 'failed' : reserve(one.reservation);
      if (outcome === 'busy') {
        const rest = line.slice(index);
        line = rest.filter(({ untilMs }) => untilMs > nowMs);
        for (const { untilMs, settle } of rest) if (untilMs <= nowMs) settle('failed');
        if (line.length > 0) timer = clock.after(lookMs, look);
        return;
      }
      one.settle(outcome);
    }
    line = [];
  }

  return {
    reserve(reservation, signal) {
      // Behind others it would only make the process wait once more.
      const outcome = line.length > 0 ? 'busy' : reserve(reservation);
      if (outcome !== 'busy') return outcome;
      return new Promise((settle) => {
        line.push({ reservation, signal, untilMs: clock.monotonic() + patientMs, settle });
        timer ??= clock.after(lookMs, look);
      });
    },
  };
}
