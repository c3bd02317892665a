/** The question of one exchange whether it may be paid for: at once, or after the owner's word, with heartbeats meanwhile. */
import type { Clock } from '../base/clock.ts';
import type { Caller } from '../canonical/caller.ts';
import type { Model } from '../canonical/model.ts';
import { tierOf } from '../canonical/model.ts';
import { priceOf, type Estimate } from '../canonical/spend.ts';
import { toProxyError } from '../errors/proxy-error.ts';
import type { SpendGuard, SpendRequest, SpendVerdict } from '../limits/spend-guard.ts';
import type { AnswerRelay } from './answer-relay.ts';
import type { Exchange } from './exchange.ts';
import type { InferenceRoute } from './gateway.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { StreamRelay } from './stream-relay.ts';

export interface SpendTurnOptions {
  readonly guard: SpendGuard;
  readonly clock: Clock;
  /** How long a stream waits before its head and heartbeats are sent. */
  readonly openAfterMs: number;
}

interface Payer extends Pick<SpendRequest, 'project' | 'session' | 'client'> {
  readonly caller: Caller;
}

export interface SpendTurn {
  /** Calls `onAllowed` once the call is paid for; else `relay` is told why not. */
  take(call: CallToPay, relay: StreamRelay | AnswerRelay, onAllowed: () => void): void;
}

export interface CallToPay {
  readonly exchange: Exchange;
  readonly route: InferenceRoute;
  readonly plan: ExchangePlan;
  readonly payer: Payer;
  /** Of a generation; an embedding is told by its size. */
  readonly estimate: Estimate | undefined;
  readonly bytes: number;
}

export function createSpendTurn({ guard, clock, openAfterMs }: SpendTurnOptions): SpendTurn {
  return {
    take(call, relay, onAllowed) {
      const { exchange } = call;
      const estimate = call.estimate ?? estimateEmbedding(call.plan.model, call.bytes);
      if (call.estimate === undefined) exchange.publish({ type: 'estimated', estimate });

      function settle(verdict: SpendVerdict) {
        if (!verdict.allowed) return relay.giveUp(verdict.error);
        if (exchange.ended) return;
        const { warnings } = verdict;
        if (warnings.length > 0) {
          exchange.note('x-crossfeed-warning', warnings.join('; '));
          exchange.publish({ type: 'warned', warnings });
        }
        onAllowed();
      }

      const verdict = guard.admit(spendRequestOf(call, estimate));
      if (!(verdict instanceof Promise)) return settle(verdict);
      const opening = 'openEarly' in relay ? clock.after(openAfterMs, () => relay.openEarly()) : undefined;
      verdict.then(settle, (thrown: unknown) => relay.giveUp(toProxyError(thrown))).finally(() => opening?.cancel());
    },
  };
}

function spendRequestOf({ exchange, route, plan, payer }: CallToPay, estimate: Estimate): SpendRequest {
  const { caller, ...known } = payer;
  return {
    ...known,
    exchangeId: exchange.id,
    accountName: caller.accountName,
    keyId: caller.keyId,
    keyLabel: caller.label,
    protocol: route.protocol,
    route: route.path,
    model: plan.model.id,
    kind: plan.headers['x-interaction-type'] ?? null,
    estimate,
    edits: [...new Set(plan.edits.map(({ rule }) => rule))],
    signal: exchange.signal,
  };
}

/** Prose has a token for four bytes; of so small a bill nothing finer is worth learning. */
const bytesPerToken = 4;

/** An embedding writes nothing and is cached nowhere: its size is its price. */
function estimateEmbedding({ prices }: Pick<Model, 'prices'>, bodyBytes: number): Estimate {
  const inputTokens = Math.ceil(bodyBytes / bytesPerToken);
  const tier = prices ? tierOf(prices, inputTokens) : 'default';
  const nothing = { cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 0 };
  const usage = { ...nothing, inputTokens, reasoningTokens: null, costNanoAiu: null };
  const nanoAiu = prices ? priceOf(usage, prices, tier) : null;
  return { inputTokens, cacheReadTokens: 0, outputTokens: 0, mostOutputTokens: 0, tier, nanoAiu, mostNanoAiu: nanoAiu };
}
