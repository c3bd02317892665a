/** Collects what is to be written and writes it a little later in one transaction; keeps what could not be written. */
import { backoffMs } from '../base/backoff.ts';
import type { Clock, Timer } from '../base/clock.ts';

export interface WriteQueueOptions<T> {
  readonly clock: Clock;
  /** How long rows wait for company. */
  readonly delayMs: number;
  /** The most rows of one transaction: about 10 ms of work. */
  readonly batch: number;
  /** The most rows that are kept while nothing can be written; the oldest go first. */
  readonly capacity: number;
  /** Writes all rows or throws; undefined where there is nothing to write to, and the rows only wait. */
  readonly write: ((rows: readonly T[]) => void) | undefined;
  /** Hears of a failed write; false means that no later one can succeed. */
  readonly onFailure: (thrown: unknown) => boolean;
}

export interface WriteQueue<T> {
  /** Never throws; costs a push. */
  add(row: T): void;
  /** What is not written yet, oldest first. */
  readonly waiting: readonly T[];
  /** Writes everything that waits, now. Never throws. */
  flush(): void;
  /** Flushes and ends the timers. */
  close(): void;
}

export function createWriteQueue<T>(options: WriteQueueOptions<T>): WriteQueue<T> {
  const { clock, delayMs, batch, capacity, write, onFailure } = options;
  let waiting: T[] = [];
  let timer: Timer | undefined;
  let failures = 0;
  let usable = write !== undefined;

  /** Returns whether the batch was written. */
  const writeBatch = (): boolean => {
    const rows = waiting.slice(0, batch);
    try {
      write?.(rows);
    } catch (thrown) {
      failures += 1;
      usable = onFailure(thrown);
      return false;
    }
    waiting = waiting.slice(rows.length);
    failures = 0;
    return true;
  };

  const schedule = () => {
    if (timer !== undefined || !usable || waiting.length === 0) return;
    const retryMs = backoffMs(failures - 1, { firstMs: 1000, longestMs: 60_000, random: () => 0 });
    timer = clock.after(failures === 0 ? delayMs : retryMs, () => {
      timer = undefined;
      writeBatch();
      schedule();
    });
  };

  const flush = () => {
    let goesOn = usable;
    while (goesOn && waiting.length > 0) goesOn = writeBatch();
  };

  return {
    add(row) {
      waiting.push(row);
      // Cut in steps: dropping the first of many on every push would cost more than the push.
      if (waiting.length > capacity * 1.25) waiting = waiting.slice(-capacity);
      schedule();
    },
    get waiting() {
      return waiting;
    },
    flush,
    close() {
      flush();
      timer?.cancel();
      timer = undefined;
      usable = false;
    },
  };
}
