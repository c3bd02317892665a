/** Answers a question for a count: by the upstream where it can, else by our own count and what was learned of the model. */
import type { Clock } from '../base/clock.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { toProxyError, type ProxyError } from '../errors/proxy-error.ts';
import type { UpstreamReceiver } from '../upstream/upstream.ts';
import { countAnswer } from './count-answer.ts';
import { countBody } from './count-body.ts';
import type { Exchange } from './exchange.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import type { Counts } from './prompt-lessons.ts';
import type { RequestBody } from './request-body.ts';
import { routedNews } from './routed-news.ts';

export interface CountRequest {
  readonly exchange: Exchange;
  readonly protocol: ProtocolId;
  readonly plan: ExchangePlan;
  readonly body: RequestBody;
  readonly accountName: string;
}

export interface CountDesk {
  /** Somebody asked for a count, so that learning is worth its worker and its memory. */
  readonly isUsed: boolean;
  /** Whether the upstream need not be asked: it has no such endpoint for the model, or refused lately. */
  isOurs(request: Pick<CountRequest, 'plan' | 'accountName'>): boolean;
  estimate(request: CountRequest): void;
  /** `relay`, but for a refusal to count, which is answered with an estimate and remembered. */
  orEstimate(request: CountRequest, relay: UpstreamReceiver): UpstreamReceiver;
}

/** Nobody announces that an endpoint opens; twice a day is often enough to look. */
const rememberedMs = 12 * 60 * 60 * 1000;
const maxRemembered = 500;
/** The frame of an empty turn. Clients that are told 0 or 1 never compact. */
const leastTokens = 4;

export function createCountDesk({ counter, factors }: Counts, clock: Pick<Clock, 'monotonic'>): CountDesk {
  const refusedUntil = new Map<string, number>();
  let isUsed = false;
  const keyOf = ({ plan, accountName }: Pick<CountRequest, 'plan' | 'accountName'>) =>
    `${accountName} ${plan.model.id}`;

  function remember(key: string) {
    refusedUntil.delete(key);
    refusedUntil.set(key, clock.monotonic() + rememberedMs);
    for (const [oldest] of refusedUntil) {
      if (refusedUntil.size <= maxRemembered) return;
      refusedUntil.delete(oldest);
    }
  }

  async function count({ exchange, protocol, plan, body }: CountRequest) {
    const { model } = plan;
    const counted = await countBody(counter, protocol, body, model).tokens();
    const tokens = Math.max(leastTokens, Math.round(counted * factors.of(model, counted)));
    if (exchange.ended) return;
    // Nothing went up as it was: the request was read in our own words.
    exchange.describe('translated', []);
    exchange.publish(routedNews({ ...plan, lane: 'translated' }));
    exchange.publish({ type: 'first-token' });
    const reply = JSON.stringify(countAnswer(protocol, tokens));
    exchange.sendHead(200, {
      'content-type': 'application/json',
      'content-length': String(reply.length),
      'x-crossfeed-count': 'estimated',
    });
    exchange.write(reply);
    exchange.finish(null, false);
  }

  function estimate(request: CountRequest) {
    count(request).catch((thrown: unknown) => request.exchange.fail(toProxyError(thrown), null));
  }

  return {
    get isUsed() {
      return isUsed;
    },
    isOurs(request) {
      isUsed = true;
      if (!request.plan.model.endpoints.includes('/v1/messages')) return true;
      return (refusedUntil.get(keyOf(request)) ?? -Infinity) > clock.monotonic();
    },
    estimate,
    orEstimate(request, relay) {
      return {
        ...relay,
        onFailure(error) {
          if (!isRefusal(error)) return relay.onFailure(error);
          remember(keyOf(request));
          estimate(request);
        },
      };
    },
  };
}

/** The upstream does not count for this model, or at all; any other failure is the caller's to hear of. */
function isRefusal({ code, message, upstreamStatus }: ProxyError): boolean {
  if (upstreamStatus === undefined) return false;
  if (code === 'model_not_found' || code === 'unsupported_endpoint') return true;
  if (upstreamStatus === 404 || upstreamStatus === 405 || upstreamStatus === 501) return true;
  return upstreamStatus === 400 && /count.?tokens|token counting|\bmodel\b.*\bnot support/i.test(message);
}
