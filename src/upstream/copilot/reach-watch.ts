/** Spares callers the wait for an origin that nothing can connect to: one call in a while tries, the others are told. */
import type { Clock } from '../../base/clock.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

export interface ReachWatch {
  /** Why a call need not try now; null for one that may, which then tries for all. */
  refusal(origin: string, host: string): ProxyError | null;
  /** Connecting took too long. A connection that is refused at once costs nobody a wait, and is no matter of ours. */
  lost(origin: string): void;
  reached(origin: string): void;
  /** Another network: what was known of the old one means nothing. */
  forget(): void;
}

const tryAgainMs = 5_000;

export function createReachWatch(clock: Clock): ReachWatch {
  /** When the next call may try, by origin: of those alone that are out of reach. */
  const againMs = new Map<string, number>();
  return {
    refusal(origin, host) {
      const atMs = againMs.get(origin);
      if (atMs === undefined) return null;
      const waitMs = atMs - clock.monotonic();
      if (waitMs > 0)
        return new ProxyError(
          'upstream_overloaded',
          `${host} cannot be reached: connecting took too long a moment ago. It is tried again in ${Math.ceil(waitMs / 1000)} s.`,
          { retryAfterMs: waitMs },
        );
      againMs.set(origin, clock.monotonic() + tryAgainMs);
      return null;
    },
    lost: (origin) => void againMs.set(origin, clock.monotonic() + tryAgainMs),
    reached: (origin) => void againMs.delete(origin),
    forget: () => againMs.clear(),
  };
}
