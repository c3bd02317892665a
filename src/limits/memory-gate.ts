/** Lets no request in that would not fit into memory: one that is told to come back is better than a program that is gone. */
import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Clock } from '../base/clock.ts';
import { ProxyError } from '../errors/proxy-error.ts';

export interface MemoryGate {
  /** Throws `overloaded` where a request of so many bytes does not fit now. */
  admit(bytes: number): void;
}

export interface MemoryGateOptions {
  readonly clock: Pick<Clock, 'monotonic'>;
  /** In bytes: what V8 dies at. */
  readonly limit: number;
  /** In bytes: what is in use, garbage too. */
  readonly used?: () => number;
  /** Takes the garbage out, which stops the program for as long. */
  readonly collect?: () => void;
}

/** Of the limit (`faults.md` W-033): V8 itself needs the rest to work in. */
const mostUsed = 0.85;
/** What a body takes while it is read, planned and written anew, in times its size: its text, its values, the text that goes up. */
const timesItsSize = 8;
/** A look costs a microsecond or two: bodies that are smaller than this share one. */
const largeBytes = 64 * 1024;
const lookEveryMs = 50;
/** Garbage is looked for before anybody is refused, but not all the time. */
const collectEveryMs = 1_000;

export function createMemoryGate(options: MemoryGateOptions): MemoryGate {
  const { clock, limit, used = () => getHeapStatistics().used_heap_size, collect = createCollector() } = options;
  let lookedMs = -Infinity;
  let collectedMs = -Infinity;
  let left = Infinity;

  function look() {
    left = limit * mostUsed - used();
  }

  return {
    admit(bytes) {
      const nowMs = clock.monotonic();
      if (bytes >= largeBytes || nowMs - lookedMs >= lookEveryMs) {
        lookedMs = nowMs;
        look();
      }
      const needed = bytes * timesItsSize;
      if (needed <= left) return;
      // Much of it may be garbage. Were nobody let in while it lies there, V8 would have no reason to take it out.
      if (nowMs - collectedMs >= collectEveryMs) {
        collectedMs = nowMs;
        collect();
        look();
      }
      if (needed <= left) return;
      const freeMb = Math.max(0, Math.floor(left / 1024 / 1024));
      throw new ProxyError(
        'overloaded',
        `The proxy's memory is nearly full: ${freeMb} MB are free, and this request of ${bytes} bytes may take ${Math.ceil(needed / 1024 / 1024)}.`,
        { retryAfterMs: collectEveryMs },
      );
    },
  };
}

/** V8 has no other way to be asked. */
function createCollector(): () => void {
  let collect: (() => void) | undefined;
  return () => {
    if (collect === undefined) {
      setFlagsFromString('--expose-gc');
      collect = runInNewContext('gc') as () => void;
      setFlagsFromString('--no-expose-gc');
    }
    collect();
  };
}
