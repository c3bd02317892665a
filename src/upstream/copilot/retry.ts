/** The closed list of what is sent again, once a kind, before any byte reached the caller (`decisions.md` 7). */
import { isConnectTimeout, isSocketDeath, isTlsFailure } from './connection-error.ts';
import { isAbuseBlock, isModelRefusal, isVersionRefusal } from './errors.ts';
import type { TransportFailure } from './transport.ts';

/** A failed try: the connection broke before a head, or the upstream refused. */
export type FailedTry =
  | { readonly kind: 'connection'; readonly failure: TransportFailure }
  | {
      readonly kind: 'refusal';
      readonly status: number;
      readonly bodyText: string;
      readonly retryAfterMs: number | undefined;
    };

/** What to do about it: each step proves that the upstream did no work for the failed try. */
export type RetryStep =
  | 'again' // nothing was sent
  | 'fresh-connection' // a reused socket died without an answer byte
  | 'renew-bearer' // 401, or a 403 that speaks of the account
  | 'rediscover' // 421
  | 'older-version' // bounded by the list of versions
  | 'wait'; // 429 or 503 that asks for at most two seconds

const longestWaitMs = 2_000;

/** The next step, or null to give up. `taken` holds the steps this call has taken already. */
export function retryOf(failed: FailedTry, taken: ReadonlySet<RetryStep>): RetryStep | null {
  const step = failed.kind === 'connection' ? afterConnection(failed.failure) : afterRefusal(failed);
  if (step === null || (step !== 'older-version' && taken.has(step))) return null;
  return step;
}

function afterConnection(failure: TransportFailure): RetryStep | null {
  if (failure.timedOut || isTlsFailure(failure) || isConnectTimeout(failure)) return null;
  if (failure.phase === 'unsent') return 'again';
  return failure.phase === 'sent' && failure.reused && isSocketDeath(failure) ? 'fresh-connection' : null;
}

function afterRefusal(failed: Extract<FailedTry, { kind: 'refusal' }>): RetryStep | null {
  const { status, bodyText, retryAfterMs } = failed;
  if (isVersionRefusal(status, bodyText)) return 'older-version';
  switch (status) {
    case 401:
      return 'renew-bearer';
    case 403:
      return isAbuseBlock(status, bodyText) || isModelRefusal(bodyText) ? null : 'renew-bearer';
    case 421:
      return 'rediscover';
    case 429:
    case 503:
      return retryAfterMs !== undefined && retryAfterMs <= longestWaitMs ? 'wait' : null;
    default:
      return null;
  }
}
