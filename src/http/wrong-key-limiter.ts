/** Slows down whoever tries keys; it is asked about wrong keys only, so it can never refuse a right one. */
import type { Clock } from '../base/clock.ts';

export interface WrongKeyLimiter {
  /** Counts one wrong key from `peer`; returns how long to wait in ms when it was one too many, else undefined. */
  count(peer: string): number | undefined;
}

const windowMs = 10_000;
const allowed = 20;
/** Peers remembered at once: a wide bind must not become a memory leak. */
const maxPeers = 10_000;

export function createWrongKeyLimiter(clock: Clock): WrongKeyLimiter {
  const windows = new Map<string, { startedMs: number; tries: number }>();
  return {
    count(peer) {
      const now = clock.monotonic();
      let window = windows.get(peer);
      if (!window || now - window.startedMs >= windowMs) {
        if (windows.size >= maxPeers) windows.clear();
        window = { startedMs: now, tries: 0 };
        windows.set(peer, window);
      }
      window.tries += 1;
      return window.tries > allowed ? window.startedMs + windowMs - now : undefined;
    },
  };
}
