/** Sends a call, and where the upstream refuses its form a mended one: once, before any byte reached the caller. */
import type { ProxyError } from '../errors/proxy-error.ts';
import type { UpstreamReceiver } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';
import type { Mend } from './mend-plan.ts';
import type { ExchangePlan } from './plan-exchange.ts';
import { routedNews } from './routed-news.ts';

export interface SecondTry {
  readonly exchange: Pick<Exchange, 'ended' | 'headSent' | 'describe' | 'publish'>;
  /** Sends that plan's request. */
  send(plan: ExchangePlan, receiver: UpstreamReceiver): void;
  /** What to send after that refusal; null where it is the caller's to see. */
  mend(error: ProxyError, refused: ExchangePlan): Mend | null;
}

/** Nothing that holds the request outlives the head of its answer: answers may take minutes. */
export function sendTwiceAtMost(parts: SecondTry, first: ExchangePlan, relay: UpstreamReceiver) {
  let pending: { readonly parts: SecondTry; readonly plan: ExchangePlan } | undefined = { parts, plan: first };
  parts.send(first, {
    onHead(head, flow) {
      pending = undefined;
      relay.onHead(head, flow);
    },
    onData: (chunk) => relay.onData(chunk),
    onEnd: () => relay.onEnd(),
    onFailure(error) {
      const tried = pending;
      pending = undefined;
      if (tried === undefined || !sendMended(tried.parts, tried.plan, error, relay)) relay.onFailure(error);
    },
  });
}

function sendMended(parts: SecondTry, refused: ExchangePlan, error: ProxyError, relay: UpstreamReceiver): boolean {
  const { exchange } = parts;
  if (exchange.headSent || exchange.ended) return false;
  const mend = parts.mend(error, refused);
  if (mend === null) return false;
  tell(exchange, refused, mend.plan);
  parts.send(mend.plan, outcomeOf(mend, relay));
  return true;
}

function outcomeOf(mend: Mend, relay: UpstreamReceiver): UpstreamReceiver {
  let pending: Mend | undefined = mend;
  return {
    onHead(head, flow) {
      pending?.keep();
      pending = undefined;
      relay.onHead(head, flow);
    },
    onData: (chunk) => relay.onData(chunk),
    onEnd: () => relay.onEnd(),
    onFailure(error) {
      pending?.refused(error);
      pending = undefined;
      relay.onFailure(error);
    },
  };
}

function tell(exchange: SecondTry['exchange'], refused: ExchangePlan, mended: ExchangePlan) {
  exchange.describe(mended.lane, mended.edits);
  if (mended.lane !== refused.lane || mended.endpoint !== refused.endpoint) exchange.publish(routedNews(mended));
  const known = new Set(refused.edits.map(({ rule, path }) => `${rule} ${path}`));
  const edits = mended.edits.filter(({ rule, path }) => !known.has(`${rule} ${path}`));
  if (edits.length > 0) exchange.publish({ type: 'edited', edits });
}
