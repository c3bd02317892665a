/** What only the moment says: asked of the proxy when somebody gathers, and counted nowhere. */
import type { StoreHealth } from '../../canonical/store-health.ts';

export interface FiguresNow {
  readonly version: string;
  readonly openExchanges: number;
  readonly store: StoreHealth;
  /** The accounts in use, the default one first: told by their place, never by name. */
  readonly seats: readonly SeatNow[];
}

export interface SeatNow {
  readonly ready: boolean;
  /** GitHub blocks it, and nothing goes up. */
  readonly blocked: boolean;
  readonly running: number;
  readonly queued: number;
  /** 0 to 1, and beyond where more may be used than is included; null where nobody asked yet. */
  readonly quotaUsed: number | null;
}

/** An account as the proxy reports it. */
export interface SeatReport {
  readonly upstream: { readonly ready: boolean; readonly blockedSince: number | null };
  readonly limits?: { readonly running: number; readonly queued: number };
  readonly quota?: { readonly usedPercent: number };
}

export function seatNow({ upstream, limits, quota }: SeatReport): SeatNow {
  return {
    ready: upstream.ready,
    blocked: upstream.blockedSince !== null,
    running: limits?.running ?? 0,
    queued: limits?.queued ?? 0,
    quotaUsed: quota === undefined ? null : quota.usedPercent / 100,
  };
}

export interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** One sample each: its labels in their order, and its value. */
  readonly samples: (now: FiguresNow) => readonly (readonly [labels: readonly string[], value: number])[];
}

const bySeat = (value: (seat: SeatNow) => number | null): Gauge['samples'] => {
  return ({ seats }) =>
    seats.flatMap((seat, index) => {
      const found = value(seat);
      return found === null ? [] : [[[String(index + 1)], found] as const];
    });
};

export const gauges: readonly Gauge[] = [
  {
    name: 'crossfeed_build_info',
    help: 'Always 1; the version stands in its label.',
    labels: ['version'],
    samples: ({ version }) => [[[version], 1]],
  },
  {
    name: 'crossfeed_open_exchanges',
    help: 'Exchanges under way.',
    labels: [],
    samples: ({ openExchanges }) => [[[], openExchanges]],
  },
  {
    name: 'crossfeed_ledger_writable',
    help: '0 while exchanges cannot be written to the database.',
    labels: [],
    samples: ({ store }) => [[[], Number(store.fault === null)]],
  },
  {
    name: 'crossfeed_ledger_waiting_exchanges',
    help: 'Exchanges that ended and are not in the database yet.',
    labels: [],
    samples: ({ store }) => [[[], store.waitingRows]],
  },
  {
    name: 'crossfeed_ledger_dropped_exchanges',
    help: 'Exchanges since the start that could not be kept until the database took them.',
    labels: [],
    samples: ({ store }) => [[[], store.droppedRows]],
  },
  {
    name: 'crossfeed_seat_ready',
    help: '1 where a call could go up now. Seats are numbered, the default one is 1.',
    labels: ['seat'],
    samples: bySeat(({ ready }) => Number(ready)),
  },
  {
    name: 'crossfeed_seat_blocked',
    help: '1 where GitHub blocks the account, until `crossfeed resume`.',
    labels: ['seat'],
    samples: bySeat(({ blocked }) => Number(blocked)),
  },
  {
    name: 'crossfeed_seat_running',
    help: 'Calls of the seat under way.',
    labels: ['seat'],
    samples: bySeat(({ running }) => running),
  },
  {
    name: 'crossfeed_seat_queued',
    help: 'Calls of the seat that wait for their turn.',
    labels: ['seat'],
    samples: bySeat(({ queued }) => queued),
  },
  {
    name: 'crossfeed_seat_quota_used_ratio',
    help: "The part of the seat's credits that is used, as GitHub said last.",
    labels: ['seat'],
    samples: bySeat(({ quotaUsed }) => quotaUsed),
  },
];
