/** What the dashboard sees as it happens: a snapshot twice a second while somebody looks, and nothing else. */
import type { Clock, Timer } from '../base/clock.ts';

export interface LiveFeed {
  /** Sends frames until the returned function is called. `false` of `write` is waited out: a slow page skips snapshots. */
  watch(write: (frame: string) => boolean, onDrain: (listener: () => void) => void): () => void;
  readonly watchers: number;
  close(): void;
}

export interface LiveFeedOptions {
  readonly clock: Clock;
  /** What there is to see; asked only while somebody looks. */
  readonly snapshot: () => object;
  readonly intervalMs?: number;
}

interface Watcher {
  readonly write: (frame: string) => boolean;
  readonly onDrain: (listener: () => void) => void;
  isFull: boolean;
  last: string;
  quietTicks: number;
}

/** A comment now and then keeps what is between here and the browser from closing the stream. */
const quietTicksMost = 30;

export function createLiveFeed({ clock, snapshot, intervalMs = 500 }: LiveFeedOptions): LiveFeed {
  const watchers = new Set<Watcher>();
  let timer: Timer | undefined;

  function send(watcher: Watcher, text: string) {
    if (watcher.isFull) return;
    const isNew = text !== watcher.last;
    watcher.quietTicks = isNew ? 0 : watcher.quietTicks + 1;
    if (!isNew && watcher.quietTicks < quietTicksMost) return;
    watcher.last = text;
    watcher.quietTicks = 0;
    if (watcher.write(isNew ? `data: ${text}\n\n` : ': still here\n\n')) return;
    watcher.isFull = true;
    watcher.onDrain(() => (watcher.isFull = false));
  }

  function tick() {
    timer = undefined;
    if (watchers.size === 0) return;
    const text = JSON.stringify(snapshot());
    for (const watcher of watchers) send(watcher, text);
    timer = clock.after(intervalMs, tick);
  }

  return {
    watch(write, onDrain) {
      const watcher: Watcher = { write, onDrain, isFull: false, last: '', quietTicks: 0 };
      watchers.add(watcher);
      send(watcher, JSON.stringify(snapshot()));
      timer ??= clock.after(intervalMs, tick);
      return () => watchers.delete(watcher);
    },
    get watchers() {
      return watchers.size;
    },
    close() {
      watchers.clear();
      timer?.cancel();
      timer = undefined;
    },
  };
}
