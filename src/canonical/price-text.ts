/** Prices in words: credits for a million tokens, as GitHub's own pages give them. */
import type { ModelPrices, TierPrices } from './model.ts';

/** `250 in, 1500 out`; undefined where nothing is known. */
export function priceText(prices: ModelPrices | undefined): string | undefined {
  if (prices === undefined) return undefined;
  const { inputNanoAiu, outputNanoAiu } = prices.default;
  if (inputNanoAiu === 0 && outputNanoAiu === 0) return 'free';
  return `${creditsText(inputNanoAiu, prices)} in, ${creditsText(outputNanoAiu, prices)} out`;
}

/** Credits for a million tokens of one kind; `?` where the catalogue does not say. */
function creditsText(nanoAiu: TierPrices[keyof TierPrices], { batchSize }: ModelPrices): string {
  return nanoAiu === undefined ? '?' : String(Number(((nanoAiu / 1e9 / batchSize) * 1_000_000).toPrecision(6)));
}
