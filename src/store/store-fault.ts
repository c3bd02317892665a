/** What can go wrong with a database on a real disk, told when it begins and when it is over, in words that say what to do. */
import type { Clock } from '../base/clock.ts';
import type { StoreFaultKind, StoreHealth } from '../canonical/store-health.ts';

export class StoreFault extends Error {
  override readonly name = 'StoreFault';
  readonly kind: StoreFaultKind;

  constructor(kind: StoreFaultKind, message: string, cause: unknown) {
    super(message, { cause });
    this.kind = kind;
  }
}

const advice: Readonly<Record<StoreFaultKind, string>> = {
  full: 'the disk is full: make room',
  'read-only': 'it cannot be written to: check its permissions and the file system',
  damaged: 'it is damaged or not a database: move it away, and a new one is made at the next start',
  busy: 'another program holds it: is a second Crossfeed running on the same home?',
  unreachable: 'the disk cannot be read or written: check it',
  gone: 'somebody moved or deleted it under the running proxy: put it back, or start again',
  other: 'the database refused',
};

/** Primary result codes of SQLite: https://www.sqlite.org/rescode.html */
const kinds: ReadonlyMap<number, StoreFaultKind> = new Map([
  [5, 'busy'],
  [6, 'busy'],
  [8, 'read-only'],
  [10, 'unreachable'],
  [11, 'damaged'],
  [13, 'full'],
  [14, 'unreachable'],
  [26, 'damaged'],
]);

export function storeFaultKind(thrown: unknown): StoreFaultKind {
  if (typeof thrown !== 'object' || thrown === null) return 'other';
  const { errcode, code } = thrown as { errcode?: unknown; code?: unknown };
  // The extended code holds the primary one in its low byte.
  if (typeof errcode === 'number') return kinds.get(errcode & 0xff) ?? 'other';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'full';
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return 'read-only';
  return typeof code === 'string' && code.startsWith('E') && !code.startsWith('ERR_') ? 'unreachable' : 'other';
}

export interface FaultDesk {
  /** Returns the kind. Tells of it once in a trouble, and once a minute. */
  report(thrown: unknown): StoreFaultKind;
  /** What the proxy saw itself, without anything thrown. */
  reportKind(kind: StoreFaultKind): void;
  /** What waited is on disk. */
  recovered(): void;
  readonly fault: StoreHealth['fault'];
}

export interface FaultDeskOptions {
  readonly path: string;
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  readonly onFault: (error: Error) => void;
  /** Hears of the end of what it was told. */
  readonly onRecovery: (message: string) => void;
}

/** A disk that comes and goes must not fill the log. */
const quietMs = 60_000;

export function createFaultDesk({ path, clock, onFault, onRecovery }: FaultDeskOptions): FaultDesk {
  /** When each kind was told last. */
  const toldAt = new Map<StoreFaultKind, number>();
  /** Of the present trouble; true for those that were told. */
  const present = new Map<StoreFaultKind, boolean>();
  let fault: StoreHealth['fault'] = null;

  function note(kind: StoreFaultKind, detail: string, cause?: unknown) {
    const until = kind === 'gone' ? 'What is written goes away with this process' : 'Exchanges are kept in memory only';
    const message = `${path}: ${advice[kind]}${detail}. ${until} until then.`;
    fault = { kind, message, sinceMs: fault?.sinceMs ?? clock.now() };
    if (present.has(kind)) return;
    const now = clock.monotonic();
    const isNews = now - (toldAt.get(kind) ?? -Infinity) >= quietMs;
    present.set(kind, isNews);
    if (!isNews) return;
    toldAt.set(kind, now);
    onFault(new StoreFault(kind, message, cause));
  }

  return {
    report(thrown) {
      const kind = storeFaultKind(thrown);
      note(kind, ` (${thrown instanceof Error ? thrown.message : String(thrown)})`, thrown);
      return kind;
    },
    reportKind: (kind) => note(kind, ''),
    recovered() {
      if (fault === null) return;
      const seconds = Math.max(0, Math.round((clock.now() - fault.sinceMs) / 1000));
      const wasTold = [...present.values()].includes(true);
      fault = null;
      present.clear();
      if (wasTold) onRecovery(`${path}: it can be used again after ${seconds} s.`);
    },
    get fault() {
      return fault;
    },
  };
}
