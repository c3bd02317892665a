/** The turn of one exchange at its account: waits for its start, and gives the place back with what became of it. */
import type { Clock } from '../base/clock.ts';
import type { Caller } from '../canonical/caller.ts';
import { toProxyError, type ProxyError } from '../errors/proxy-error.ts';
import type { Admission, AdmissionRequest, Limiter } from '../limits/limiter.ts';
import { retryAfterMsOf } from '../protocols/error-headers.ts';
import { admissionError } from './admission-error.ts';
import type { AnswerRelay } from './answer-relay.ts';
import type { Exchange, Outcome } from './exchange.ts';
import type { InferenceRoute } from './gateway.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { StreamRelay } from './stream-relay.ts';

export interface TurnOptions {
  readonly limiter: Limiter;
  readonly clock: Clock;
  /** How long a stream waits before its head and heartbeats are sent: clients give up silent connections. */
  readonly openAfterMs: number;
}

export interface Turn {
  /** Calls `onStart` when the account has a place, at once where nothing waits; else `relay` is told why not. */
  take(
    wanted: Pick<AdmissionRequest, 'initiator' | 'kind'>,
    relay: StreamRelay | AnswerRelay,
    onStart: () => void,
  ): void;
  /** GitHub asked for a wait that the call itself sits out. */
  readonly onRateLimit: (retryAfterMs: number) => void;
  /** The exchange is over. */
  end(outcome: Outcome, error: ProxyError | null): void;
}

export function createTurn(
  { limiter, clock, openAfterMs }: TurnOptions,
  { accountName, keyId }: Caller,
  exchange: Exchange,
): Turn {
  let place: Extract<Admission, { admitted: true }> | undefined;

  return {
    take({ initiator, kind }, relay, onStart) {
      function settle(admission: Admission) {
        if (!admission.admitted) return relay.giveUp(admissionError(admission, limiter.status(accountName)));
        if (exchange.ended) return admission.release();
        place = admission;
        exchange.publish({ type: 'admitted', waitedMs: Math.round(admission.waitedMs) });
        onStart();
      }

      const admission = limiter.admit({ accountName, keyId, initiator, kind, signal: exchange.signal });
      if (!(admission instanceof Promise)) return settle(admission);
      const opening = 'openEarly' in relay ? clock.after(openAfterMs, () => relay.openEarly()) : undefined;
      admission.then(
        (answered) => {
          opening?.cancel();
          settle(answered);
        },
        (thrown: unknown) => {
          opening?.cancel();
          // Of a client that left, which has ended the exchange already.
          relay.giveUp(toProxyError(thrown));
        },
      );
    },
    onRateLimit: (retryAfterMs) => limiter.observe(accountName, { kind: 'rate-limited', retryAfterMs }),
    end(outcome, error) {
      if (!place) return;
      // Before the place is free: whoever takes it must know of the limit.
      if (error?.code === 'rate_limited') {
        limiter.observe(accountName, { kind: 'rate-limited', retryAfterMs: retryAfterMsOf(error) ?? 0 });
      } else if (outcome === 'finished' || error?.upstreamStatus !== undefined) {
        limiter.observe(accountName, { kind: 'served' });
      }
      place.release();
    },
  };
}

/** A count or an embedding is short, and nobody sits before it. */
export function wantedOf(
  { operation }: InferenceRoute,
  { initiator }: ExchangePlan,
): Pick<AdmissionRequest, 'initiator' | 'kind'> {
  return operation === 'generate' ? { initiator, kind: 'generation' } : { initiator: 'agent', kind: 'short' };
}
