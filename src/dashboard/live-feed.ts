/** What the dashboard sees as it happens: a snapshot twice a second while somebody looks and it changes, and nothing else. */
import type { Clock, Timer } from '../base/clock.ts';

export interface LivePage {
  /** `false` is waited out: a slow page skips snapshots. */
  readonly write: (frame: string) => boolean;
  readonly onDrain: (listener: () => void) => void;
  /** Asked before each snapshot: its session may have ended. */
  readonly mayLook: () => boolean;
  /** No frame follows. */
  readonly end: () => void;
}

export interface LiveFeed {
  /** Sends frames until the returned function is called, or the page may not look any more. */
  watch(page: LivePage): () => void;
  readonly watchers: number;
  /** Sends everybody what there is to see now, ends them, and so does with whoever comes later. */
  close(): void;
}

export interface LiveFeedOptions<T extends { readonly now: number }> {
  readonly clock: Clock;
  /** What there is to see; asked only while somebody looks. That `now` goes on is no news. */
  readonly snapshot: () => T;
  /** Whether what is seen grows older before one's eyes, so that it is news after all. */
  readonly isMoving?: (snapshot: T) => boolean;
  readonly intervalMs?: number;
}

interface Watcher {
  readonly page: LivePage;
  isFull: boolean;
  last: string;
  quietTicks: number;
}

interface Look {
  readonly frame: string;
  /** The same without the time, where that alone is no news. */
  readonly news: string;
}

/** A frame now and then keeps what is between here and the browser from closing the stream, and ages right. */
const quietTicksMost = 30;
/** A minute: who reads nothing for so long is asleep, and connects anew when awake. */
const fullTicksMost = 120;

export function createLiveFeed<T extends { readonly now: number }>(options: LiveFeedOptions<T>): LiveFeed {
  const { clock, snapshot, isMoving = () => false, intervalMs = 500 } = options;
  const watchers = new Set<Watcher>();
  let timer: Timer | undefined;
  let isClosed = false;

  function look(): Look {
    const seen = snapshot();
    const frame = `data: ${JSON.stringify(seen)}\n\n`;
    return { frame, news: isMoving(seen) ? frame : JSON.stringify({ ...seen, now: 0 }) };
  }

  function leave(watcher: Watcher) {
    watchers.delete(watcher);
    watcher.page.end();
  }

  function send(watcher: Watcher, { frame, news }: Look) {
    const { page } = watcher;
    watcher.quietTicks += 1;
    if (watcher.isFull) {
      if (watcher.quietTicks > fullTicksMost) leave(watcher);
      return;
    }
    if (!page.mayLook()) return leave(watcher);
    if (news === watcher.last && watcher.quietTicks < quietTicksMost) return;
    watcher.last = news;
    watcher.quietTicks = 0;
    if (page.write(frame)) return;
    watcher.isFull = true;
    page.onDrain(() => (watcher.isFull = false));
  }

  function tick() {
    timer = undefined;
    if (watchers.size === 0) return;
    const seen = look();
    for (const watcher of watchers) send(watcher, seen);
    timer = clock.after(intervalMs, tick);
  }

  return {
    watch(page) {
      const watcher: Watcher = { page, isFull: false, last: '', quietTicks: 0 };
      watchers.add(watcher);
      send(watcher, look());
      if (isClosed) leave(watcher);
      else timer ??= clock.after(intervalMs, tick);
      return () => watchers.delete(watcher);
    },
    get watchers() {
      return watchers.size;
    },
    close() {
      isClosed = true;
      timer?.cancel();
      timer = undefined;
      if (watchers.size === 0) return;
      const last = look();
      for (const watcher of watchers) {
        send(watcher, last);
        leave(watcher);
      }
    },
  };
}
