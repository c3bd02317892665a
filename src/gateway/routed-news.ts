/** What an exchange tells of its plan: which model, where and how, at what prices. */
import type { ExchangeNews } from './exchange.ts';
import type { ExchangePlan } from './plan-exchange.ts';

export function routedNews(plan: ExchangePlan): ExchangeNews & { readonly type: 'routed' } {
  const { askedModel, model, endpoint, lane, stream, initiator, headers, madeAs } = plan;
  const kind = madeAs ?? headers['x-interaction-type'] ?? null;
  const prices = model.prices ?? null;
  return { type: 'routed', askedModel, model: model.id, endpoint, lane, stream, initiator, kind, prices };
}
