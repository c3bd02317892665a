/** What a request would become on its way up: shown to whoever asks, and sent nowhere. */
import type { Upstream } from '../upstream/upstream.ts';
import type { Preview } from './gateway.ts';
import type { ExchangePlan } from './plan-exchange.ts';

export function previewOf(upstream: Pick<Upstream, 'headersOf'>, plan: ExchangePlan, exchangeId: string): Preview {
  const { lane, model, path, initiator, hasImages, headers, body, edits } = plan;
  const stream = plan.stream || plan.collect;
  return {
    lane,
    model: model.id,
    endpoint: path,
    headers: upstream.headersOf({ path, stream, initiator, hasImages, headers, exchangeId }),
    body: body.toString('utf8'),
    edits,
  };
}
