/** What an exchange costs: as it was billed, as the catalogue prices it, and as it is expected beforehand. */
import type { ContextTier, ModelPrices, TierPrices } from './model.ts';
import { tierOf } from './model.ts';
import type { TokenUsage } from './token-usage.ts';

/**
 * `reported`: the upstream's own bill. `priced`: its token counts times the catalogue's prices; nothing for a call
 * that was refused before anything was generated. `unknown`: it was cut before the counts came, or has no price.
 */
export type CostSource = 'reported' | 'priced' | 'unknown';

export interface Cost {
  /** 1e9 to a credit; null where unknown. */
  readonly nanoAiu: number | null;
  readonly source: CostSource;
  /** In which price tier; null where the prompt's size is unknown. */
  readonly tier: ContextTier | null;
}

/** What a call is expected to take, before it is sent. No tokenizer: sizes, and what the session and the model have shown. */
export interface Estimate {
  /** The whole prompt. */
  readonly inputTokens: number;
  /** The part of it that the prompt cache should hold. */
  readonly cacheReadTokens: number;
  /** What such calls wrote, in the middle and at most. */
  readonly outputTokens: number;
  readonly mostOutputTokens: number;
  readonly tier: ContextTier;
  /** Expected, with a warm cache and the usual output; null where the catalogue names no price. */
  readonly nanoAiu: number | null;
  /** With a cold cache and the most output: what a hard budget has to reserve is between the two. */
  readonly mostNanoAiu: number | null;
}

/** What `usage` comes to. A bill that came wins over any arithmetic. */
export function costOf(usage: TokenUsage | null, prices: ModelPrices | null): Cost {
  if (usage === null) return { nanoAiu: null, source: 'unknown', tier: null };
  const promptTokens = promptTokensOf(usage);
  const tier = promptTokens === null || prices === null ? null : tierOf(prices, promptTokens);
  if (usage.costNanoAiu !== null) return { nanoAiu: usage.costNanoAiu, source: 'reported', tier };
  const nanoAiu = tier === null || prices === null ? null : priceOf(usage, prices, tier);
  return { nanoAiu, source: nanoAiu === null ? 'unknown' : 'priced', tier };
}

/** The whole prompt, cached or not; null where the upstream did not say. */
export function promptTokensOf({ inputTokens, cacheReadTokens, cacheWriteTokens }: TokenUsage): number | null {
  return inputTokens === null ? null : inputTokens + (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0);
}

/** Σ(count × price ÷ batch), in whole nano-AIU; null where one of the counts has no price. */
export function priceOf(usage: TokenUsage, prices: ModelPrices, tier: ContextTier): number | null {
  const tierPrices: TierPrices = (tier === 'long' ? prices.long : undefined) ?? prices.default;
  let sum = 0;
  for (const [count, price] of [
    [usage.inputTokens, tierPrices.inputNanoAiu],
    [usage.cacheReadTokens, tierPrices.cacheReadNanoAiu],
    [usage.cacheWriteTokens, tierPrices.cacheWriteNanoAiu],
    [usage.outputTokens, tierPrices.outputNanoAiu],
  ] as const) {
    if (count === null || count === 0) continue;
    if (price === undefined) return null;
    sum += count * price;
  }
  return Math.round(sum / prices.batchSize);
}
