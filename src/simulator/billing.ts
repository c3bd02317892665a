/** Counts tokens and prices them: the same arithmetic on every endpoint, in integers of nano-AIU. */
import { freeOfCharge, hourPrice } from './catalog-row.ts';
import { spokenPieces, type Piece } from './conversation.ts';
import type { ModelSpec } from './models.ts';

export interface Usage {
  /** The whole prompt, cached or not. */
  readonly promptTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Those of the cache writes that last an hour. */
  readonly cacheWriteHourTokens: number;
  /** With reasoning. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  /** Undefined on a legacy plan. */
  readonly copilotUsage: CopilotUsage | undefined;
}

export interface CopilotUsage {
  readonly token_details: readonly TokenDetail[];
  /** Σ count × cost_per_batch ÷ batch_size, in 1e-9 credits. */
  readonly total_nano_aiu: number;
}

export interface TokenDetail {
  readonly token_type: 'input' | 'cache_read' | 'cache_write' | 'output';
  readonly token_count: number;
  /** AI credits for `batch_size` tokens. */
  readonly cost_per_batch: number;
  readonly batch_size: number;
}

const batchSize = 1_000_000;

/** A quarter of the bytes, rounded up: repeatable, and near enough to a tokenizer for English. */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}

export function outputTokensOf(pieces: readonly Piece[]): number {
  let tokens = 0;
  for (const piece of spokenPieces(pieces))
    tokens += countTokens(piece.kind === 'call' ? piece.tool.name + piece.input : piece.text);
  return tokens;
}

export interface TokenCounts {
  readonly promptTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly cacheWriteHourTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

export interface Terms {
  /** The share that auto mode takes off. */
  readonly discount: number;
  /** False on legacy plans, which say nothing of tokens' cost. */
  readonly isTokenBased: boolean;
}

export function priceTokens(spec: ModelSpec, counts: TokenCounts, { discount, isTokenBased }: Terms): Usage {
  if (!isTokenBased) return { ...counts, copilotUsage: undefined };
  const prices = spec.prices ?? freeOfCharge;
  // The dearer tier goes by the size of the whole prompt, on the same model id (reference §11).
  const isLong = prices.tierTokens !== undefined && counts.promptTokens > prices.tierTokens;
  const inputFactor = isLong ? 2 : 1;
  const detail = (token_type: TokenDetail['token_type'], token_count: number, price: number) => ({
    token_type,
    token_count,
    cost_per_batch: Math.round(price * (1 - discount) * 1e6) / 1e6,
    batch_size: batchSize,
  });
  const hourTokens = counts.cacheWriteHourTokens;
  const fresh = counts.promptTokens - counts.cacheReadTokens - counts.cacheWriteTokens;
  const details: readonly TokenDetail[] = [
    detail('input', fresh, prices.input * inputFactor),
    detail('cache_read', counts.cacheReadTokens, prices.cacheRead * inputFactor),
    detail('cache_write', counts.cacheWriteTokens - hourTokens, prices.cacheWrite * inputFactor),
    ...(hourTokens === 0 ? [] : [detail('cache_write', hourTokens, hourPrice(prices) * inputFactor)]),
    detail('output', counts.outputTokens, prices.output * (isLong ? 1.5 : 1)),
  ];
  const total_nano_aiu = details.reduce((sum, row) => sum + nanoAiuOf(row), 0);
  return { ...counts, copilotUsage: { token_details: details, total_nano_aiu } };
}

/** Prices have at most three decimals, so this is exact before the rounding. */
function nanoAiuOf(row: TokenDetail): number {
  return Math.round(row.token_count * row.cost_per_batch * (1e9 / row.batch_size));
}
