/** Where bearers come from: one contract for a token that is sent as it is and for one that is exchanged. */
import type { ProxyError } from '../../errors/proxy-error.ts';

/** What stands in `authorization` upstream. A new object for every new token, so that it can key caches. */
export interface Bearer {
  readonly value: string;
  /** `endpoints.api` of the token exchange, unchecked; undefined where the road has none. */
  readonly apiOrigin: unknown;
  /** Wall time in ms: when it was obtained, and when we stop using it (null: no end known). */
  readonly since: number;
  readonly expires: number | null;
}

export interface BearerSource {
  /** A living bearer at once, or null: the path of almost every call, without a promise. */
  peek(): Bearer | null;
  /** A living bearer, obtained if need be: one flight for all waiters. Rejects with a `ProxyError`. */
  get(): Promise<Bearer>;
  /** The upstream refused this bearer. An older one than the current is ignored: somebody was faster. */
  invalidate(bearer: Bearer): void;
  /** The last failure to obtain one; null after a success. */
  problem(): ProxyError | null;
}
