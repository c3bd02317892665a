/** The cheapest model of the seat that can decide a point: which one does not matter, what the catalogue says of it does. */
import type { Model } from '../canonical/model.ts';

/** Undefined where the seat has none. Text of four tokens in for one out, as prices go. */
export function cheapest(models: readonly Model[], fits: (model: Model) => boolean): Model | undefined {
  return models
    .filter((model) => model.kind === 'chat' && model.policyState === 'enabled' && model.listed && fits(model))
    .toSorted((a, b) => priceOf(a) - priceOf(b))[0];
}

/** What has no price is free, or is billed by the turn: either way no token counts. */
function priceOf({ prices }: Model): number {
  if (prices === undefined) return 0;
  const { inputNanoAiu = 0, outputNanoAiu = 0 } = prices.default;
  return (4 * inputNanoAiu + outputNanoAiu) / prices.batchSize;
}
