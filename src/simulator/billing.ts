/** Counts tokens and prices them: the same arithmetic on every endpoint, in integers of nano-AIU. */
import { freeOfCharge } from './catalog-row.ts';
import type { Piece, Reply } from './conversation.ts';
import type { ModelSpec } from './models.ts';

export interface Usage {
  /** The whole prompt, cached or not. */
  readonly promptTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** With reasoning. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly copilotUsage: CopilotUsage;
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
  for (const piece of pieces) tokens += countTokens(piece.kind === 'call' ? piece.tool.name + piece.input : piece.text);
  return tokens;
}

export function priceUsage(
  spec: ModelSpec,
  prompt: { readonly promptTokens: number; readonly cacheReadTokens: number; readonly cacheWriteTokens: number },
  reply: Reply,
): Usage {
  const outputTokens = outputTokensOf(reply.pieces);
  const reasoningTokens = outputTokensOf(reply.pieces.filter((piece) => piece.kind === 'thinking'));
  const prices = spec.prices ?? freeOfCharge;
  // The dearer tier goes by the size of the whole prompt, on the same model id (reference §11).
  const isLong = prices.tierTokens !== undefined && prompt.promptTokens > prices.tierTokens;
  const inputFactor = isLong ? 2 : 1;
  const detail = (token_type: TokenDetail['token_type'], token_count: number, cost_per_batch: number) => ({
    token_type,
    token_count,
    cost_per_batch,
    batch_size: batchSize,
  });
  const details: readonly TokenDetail[] = [
    detail('input', prompt.promptTokens - prompt.cacheReadTokens - prompt.cacheWriteTokens, prices.input * inputFactor),
    detail('cache_read', prompt.cacheReadTokens, prices.cacheRead * inputFactor),
    detail('cache_write', prompt.cacheWriteTokens, prices.cacheWrite * inputFactor),
    detail('output', outputTokens, prices.output * (isLong ? 1.5 : 1)),
  ];
  return {
    ...prompt,
    outputTokens,
    reasoningTokens,
    copilotUsage: {
      token_details: details,
      total_nano_aiu: details.reduce((sum, row) => sum + nanoAiuOf(row), 0),
    },
  };
}

/** Prices have at most three decimals, so this is exact before the rounding. */
function nanoAiuOf(row: TokenDetail): number {
  return Math.round(row.token_count * row.cost_per_batch * (1e9 / row.batch_size));
}
