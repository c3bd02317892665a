/** What a request would become on its way up: shown to whoever asks, and sent nowhere. */
import type { RequestEdit, Lane } from '../canonical/request-edit.ts';
import type { Upstream } from '../upstream/upstream.ts';
import type { ExchangePlan } from './plan-exchange.ts';

export interface Preview {
  readonly lane: Lane;
  /** The catalogue's id. */
  readonly model: string;
  readonly endpoint: string;
  /** Those that would go up, without the bearer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Exactly what would go up, as JSON text. */
  readonly body: string;
  readonly edits: readonly RequestEdit[];
}

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
