/** Finds the origin that serves this seat: configured, named by the token exchange, or asked of GitHub. */
import type { Clock } from '../../base/clock.ts';
import { singleFlight } from '../../base/single-flight.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { isOffline } from './connection-error.ts';
import type { Bearer } from './bearer-source.ts';
import { acceptApiOrigin, fallbackApiOrigin } from './endpoints.ts';
import type { OriginPolicy } from './endpoints.ts';
import type { GithubGet } from './github-api.ts';
import type { Road } from './github-token.ts';
import { githubRefusal } from './token-exchange.ts';
import { parseJson, objectOf } from '../../canonical/json-value.ts';

export interface HostDiscoveryOptions {
  readonly road: Road;
  readonly policy: OriginPolicy;
  readonly get: GithubGet;
  readonly clock: Clock;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
}

export interface HostDiscovery {
  /** The base URL for calls with `bearer` at once, or null where GitHub must be asked first. */
  peek(bearer: Bearer): string | null;
  /** The same, asked if need be. Rejects with a `ProxyError`. */
  get(bearer: Bearer): Promise<string>;
  /** The upstream says the seat lives elsewhere (421): ask again. */
  invalidate(): void;
  /** Why GitHub could not be asked; null after an answer. */
  problem(): ProxyError | null;
}

/** After a guess GitHub is asked again: soon where it could not be reached, later where it gave no answer. */
const guessHoldsMs = 60_000;
const offlineGuessHoldsMs = 4_000;

/** A fixed base, from the configuration: nothing is discovered and a 421 changes nothing. */
export function fixedHost(base: string): HostDiscovery {
  return { peek: () => base, get: () => Promise.resolve(base), invalidate: () => undefined, problem: () => null };
}

export function createHostDiscovery(options: HostDiscoveryOptions): HostDiscovery {
  const { policy, clock, notice } = options;
  /** By bearer: an exchange may move the seat. */
  let known: { bearer: Bearer; base: string } | null = null;
  let asked: { base: string; guessedUntilMs: number | null } | null = null;
  let problem: ProxyError | null = null;

  function accept(candidate: unknown): string | null {
    const origin = acceptApiOrigin(candidate, policy);
    if (origin === null && candidate !== undefined)
      notice('warn', 'GitHub named an API host that is not allowed; it was ignored', {
        host: typeof candidate === 'string' ? candidate.slice(0, 100) : typeof candidate,
      });
    return origin;
  }

  function fallback(reason: ProxyError | null): string {
    const base = fallbackApiOrigin(policy.githubApiUrl, policy.accountHost);
    if (base !== null) return base;
    throw (
      reason ??
      new ProxyError(
        'misdirected',
        'GitHub named no usable API host for this seat: set the address of the Copilot API.',
      )
    );
  }

  const ask = singleFlight(async () => {
    let refusal: ProxyError | null = null;
    try {
      const reply = await options.get('/copilot_internal/user');
      if (reply.status === 200) {
        const origin = accept(objectOf(objectOf(parseJson(reply.text))['endpoints'])['api']);
        problem = null;
        asked = origin === null ? guess(null) : { base: origin, guessedUntilMs: null };
        return asked.base;
      }
      refusal = githubRefusal(reply, 'user');
    } catch (thrown) {
      if (!(thrown instanceof ProxyError)) throw thrown;
      refusal = thrown;
    }
    const unknown = refusal.upstreamStatus === 401 || refusal.upstreamStatus === undefined;
    problem = unknown ? refusal : null;
    // A dead login is dead at every host; anything else may be this one route, and the general host may still serve.
    if (refusal.upstreamStatus === 401) throw refusal;
    asked = guess(refusal);
    return asked.base;
  });

  function guess(reason: ProxyError | null): { base: string; guessedUntilMs: number } {
    const base = fallback(reason);
    if (asked === null)
      notice('warn', 'the API host of the seat is not known; using the general one', { host: new URL(base).host });
    const holdsMs = reason !== null && isOffline(reason) ? offlineGuessHoldsMs : guessHoldsMs;
    return { base, guessedUntilMs: clock.monotonic() + holdsMs };
  }

  function peek(bearer: Bearer): string | null {
    if (options.road === 'direct') {
      // A guess serves on while GitHub is asked again.
      if (asked !== null && asked.guessedUntilMs !== null && clock.monotonic() >= asked.guessedUntilMs)
        ask().catch(() => undefined);
      return asked?.base ?? null;
    }
    if (known?.bearer === bearer) return known.base;
    const base = accept(bearer.apiOrigin) ?? fallbackApiOrigin(policy.githubApiUrl, policy.accountHost);
    if (base === null) return null;
    if (known !== null && known.base !== base)
      notice('info', 'the seat moved to another API host', { host: new URL(base).host });
    known = { bearer, base };
    return base;
  }

  return {
    peek,
    async get(bearer) {
      const base = peek(bearer);
      if (base !== null) return base;
      return options.road === 'direct' ? ask() : fallback(null);
    },
    invalidate() {
      known = null;
      asked = null;
    },
    problem: () => problem,
  };
}
