/** What the rooms' own thread and the token worker say to each other. */
import type { DecodeResult, TokenizerName } from './rank-table.ts';

export interface DecodeTask {
  readonly tokenizer: TokenizerName;
  readonly tokens: readonly number[];
}

/** `utf8` is handed over, not copied. */
export interface CountTask {
  readonly tokenizer: TokenizerName;
  readonly utf8: Uint8Array;
}

export type TokenTask = DecodeTask | CountTask;
export type TokenJob = TokenTask & { readonly id: number };

/** `fault` is ours (a rank file that is missing or broken), never the caller's. */
export type TokenResult = DecodeResult | { readonly count: number } | { readonly fault: string };
export type TokenAnswer = TokenResult & { readonly id: number };
