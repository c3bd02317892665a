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
  /** Hears of the rows that are given up. */
  readonly onDropped?: (rows: readonly T[]) => void;
}

export interface WriteQueue<T> {
  /** Never throws; costs a push. */
  add(row: T): void;
  /** What is not written yet, oldest first. */
  readonly waiting: readonly T[];
  /** Writes everything that waits, now; not within a second of a failure, which may have cost a wait. Never throws. */
  flush(): void;
  /** Tries once more, and ends the timers; what is `waiting` then is lost. */
  close(): void;
}

const retry = { firstMs: 1000, longestMs: 60_000, random: () => 0 } as const;

export function createWriteQueue<T>(options: WriteQueueOptions<T>): WriteQueue<T> {
  const { clock, delayMs, batch, capacity, write, onFailure, onDropped } = options;
  let waiting: T[] = [];
  let timer: Timer | undefined;
  let failures = 0;
  let failedAt = -Infinity;
  let usable = write !== undefined;

  /** Returns whether the batch was written. */
  const writeBatch = (): boolean => {
    const rows = waiting.slice(0, batch);
    try {
      write?.(rows);
    } catch (thrown) {
      failures += 1;
      failedAt = clock.monotonic();
      usable = onFailure(thrown);
      return false;
    }
    waiting = waiting.slice(rows.length);
    failures = 0;
    return true;
  };

  const schedule = () => {
    if (timer !== undefined || !usable || waiting.length === 0) return;
    timer = clock.after(failures === 0 ? delayMs : backoffMs(failures - 1, retry), () => {
      timer = undefined;
      writeBatch();
      schedule();
    });
  };

  const writeAll = () => {
    let goesOn = usable;
    while (goesOn && waiting.length > 0) goesOn = writeBatch();
  };

  /** Cut in steps: dropping the first of many on every push would cost more than the push. */
  const dropOldest = () => {
    const dropped = waiting.slice(0, -capacity);
    waiting = waiting.slice(-capacity);
    onDropped?.(dropped);
  };

  return {
    add(row) {
      waiting.push(row);
      if (waiting.length > capacity * 1.25) dropOldest();
      schedule();
    },
    get waiting() {
      return waiting;
    },
    flush() {
      if (failures > 0 && clock.monotonic() - failedAt < retry.firstMs) return;
      writeAll();
      if (failures === 0) return;
      timer?.cancel();
      timer = undefined;
      schedule();
    },
    close() {
      writeAll();
      timer?.cancel();
      timer = undefined;
      usable = false;
    },
  };
}
