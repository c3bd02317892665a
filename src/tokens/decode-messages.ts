/** What the token decoder and its worker thread say to each other. */
import type { DecodeResult, TokenizerName } from './rank-table.ts';

export interface DecodeJob {
  readonly id: number;
  readonly tokenizer: TokenizerName;
  readonly tokens: readonly number[];
}

/** `fault` is ours (a rank file that is missing or broken), never the caller's. */
export type DecodeAnswer = { readonly id: number } & (DecodeResult | { readonly fault: string });
