/** What can go wrong with a database on a real disk, told once per kind and in words that say what to do. */

export type StoreFaultKind = 'full' | 'read-only' | 'damaged' | 'busy' | 'unreachable' | 'other';

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

/** Reports each kind of fault to `onFault` once: a full disk must not fill the log too. Returns the kind. */
export function createFaultReporter(path: string, onFault: (error: Error) => void) {
  const told = new Set<StoreFaultKind>();
  return (thrown: unknown): StoreFaultKind => {
    const kind = storeFaultKind(thrown);
    if (!told.has(kind)) {
      told.add(kind);
      const detail = thrown instanceof Error ? thrown.message : String(thrown);
      onFault(
        new StoreFault(
          kind,
          `${path}: ${advice[kind]} (${detail}). Exchanges are kept in memory only until then.`,
          thrown,
        ),
      );
    }
    return kind;
  };
}
