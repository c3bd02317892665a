/** Short-lived Copilot tokens bought with a GitHub token: fresh on demand, renewed early while the old one lives. */
import { backoffMs } from '../../base/backoff.ts';
import type { Clock } from '../../base/clock.ts';
import { singleFlight } from '../../base/single-flight.ts';
import { toProxyError } from '../../errors/proxy-error.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import type { Bearer, BearerSource } from './bearer-source.ts';
import { isOffline } from './connection-error.ts';
import type { TokenEnvelope } from './token-exchange.ts';

export interface ExchangedBearerOptions {
  /** One exchange. Rejects with a `ProxyError`. */
  readonly exchange: () => Promise<TokenEnvelope>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
}

/** Added to `refresh_in` for the local end, as the official client does: `expires_at` is by a clock we do not share. */
const graceMs = 60_000;
const earlyMs = 5 * 60_000;
const shortestRefreshMs = 60_000;
const longestRefreshMs = 25 * 60_000;

/**
 * The jitter takes an eighth off on average: with 68 s a GitHub that is down all hour sees fewer than 70 exchanges.
 * Where nothing was reached nobody is spared by waiting, and a machine that comes back online should work at once.
 */
const backoff = { firstMs: 1_000, longestMs: 68_000, longestOfflineMs: 4_000 };

/**
 * More refusals within a minute mean that new tokens do not help. The last one then stays: what was refused may have been
 * one model or one feature, and everything else goes on being served.
 */
const invalidationsPerMinute = 20;

interface Held {
  readonly bearer: Bearer;
  readonly obtainedWallMs: number;
  readonly obtainedMs: number;
  readonly lifeMs: number;
  readonly renewAfterMs: number;
}

export function createExchangedBearer(options: ExchangedBearerOptions): BearerSource {
  const { clock, random, notice } = options;
  let held: Held | null = null;
  let failures = 0;
  let problem: ProxyError | null = null;
  let nextTryMs = -Infinity;
  let invalidations = 0;
  let countingSinceMs = -Infinity;

  /** By either clock: monotonic time stands still while the machine sleeps, wall time jumps (`decisions.md` 26). */
  function ageMs(token: Held): number {
    return Math.max(clock.now() - token.obtainedWallMs, clock.monotonic() - token.obtainedMs);
  }

  function fail(error: ProxyError): void {
    problem = error;
    const longestMs = isOffline(error) ? backoff.longestOfflineMs : backoff.longestMs;
    nextTryMs = clock.monotonic() + backoffMs(failures, { firstMs: backoff.firstMs, longestMs, random });
    failures += 1;
  }

  const renew = singleFlight(async () => {
    try {
      const envelope = await options.exchange();
      const refreshMs = refreshAfterMs(envelope.refreshInSeconds);
      const lifeMs = refreshMs + graceMs;
      const now = clock.now();
      held = {
        bearer: { value: envelope.token, apiOrigin: envelope.apiOrigin, since: now, expires: now + lifeMs },
        obtainedWallMs: now,
        obtainedMs: clock.monotonic(),
        lifeMs,
        // Never sooner than a minute, or a short life would mean an exchange for every call.
        renewAfterMs: Math.max(shortestRefreshMs, refreshMs / 2, Math.min(refreshMs, lifeMs - earlyMs)),
      };
      if (failures > 0) notice('info', 'the Copilot token could be renewed again', { failures });
      failures = 0;
      problem = null;
      return held.bearer;
    } catch (thrown) {
      const error = toProxyError(thrown);
      fail(error);
      notice('warn', 'the Copilot token could not be renewed', { code: error.code, reason: error.message });
      throw error;
    }
  });

  function peek(): Bearer | null {
    if (held === null) return null;
    const age = ageMs(held);
    if (age >= held.lifeMs) return null;
    // In the background, while the old one serves. A failure is in `problem` and the notice already.
    if (age >= held.renewAfterMs && clock.monotonic() >= nextTryMs) renew().catch(() => undefined);
    return held.bearer;
  }

  return {
    peek,
    async get() {
      const living = peek();
      if (living !== null) return living;
      if (problem !== null && clock.monotonic() < nextTryMs) throw problem;
      return renew();
    },
    invalidate(bearer) {
      if (held?.bearer !== bearer) return;
      const now = clock.monotonic();
      if (now - countingSinceMs >= 60_000) {
        countingSinceMs = now;
        invalidations = 0;
      }
      invalidations += 1;
      if (invalidations > invalidationsPerMinute) return;
      held = null;
      nextTryMs = -Infinity;
    },
    problem: () => problem,
  };
}

/** `refresh_in` was seen missing and absurd elsewhere; a peer then exchanged 800 times a second. */
function refreshAfterMs(refreshInSeconds: unknown): number {
  const ms = typeof refreshInSeconds === 'number' ? refreshInSeconds * 1000 : Number.NaN;
  if (Number.isNaN(ms)) return longestRefreshMs;
  return Math.min(Math.max(ms, shortestRefreshMs), longestRefreshMs);
}
