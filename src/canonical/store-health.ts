/** Whether what happens reaches the disk, and what did not. */

export type StoreFaultKind = 'full' | 'read-only' | 'damaged' | 'busy' | 'unreachable' | 'gone' | 'other';

export interface StoreHealth {
  /** What is wrong just now, in words that say what to do; null where everything is written. */
  readonly fault: { readonly kind: StoreFaultKind; readonly message: string; readonly sinceMs: number } | null;
  /** Exchanges that ended and are not on disk. */
  readonly waitingRows: number;
  /** Exchanges that were given up since the start, because nothing could be written for too long. */
  readonly droppedRows: number;
  /** What those cost, or were expected to where that is unknown. */
  readonly droppedNanoAiu: number;
}
