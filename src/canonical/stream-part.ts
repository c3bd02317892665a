/** The events of an answer, in no protocol's words: what every decoder emits and every encoder takes. */
import type { Annotation } from './content.ts';
import type { CallForm, Sealed } from './conversation.ts';
import type { FinishReason } from './finish-reason.ts';
import type { TokenUsage } from './token-usage.ts';

/**
 * The grammar: one `start` first, one `finish` last and nothing after it. A block opens once and closes once; its parts
 * stand between. Blocks are numbered from 0 in the order in which they open, and may overlap: Chat and Responses write
 * parallel calls interleaved. `usage` may come at any time between, and a later one replaces an earlier one.
 */
export type StreamPart =
  | { readonly type: 'start'; readonly usage: TokenUsage | null }
  | BlockStart
  /**
   * `literal` is a JSON string literal, quotes included, as it arrived: most encoders pass it on as it is, and whoever
   * needs the text parses it (`parseLatin1Json`). Measured: this is a quarter of the CPU of decoding and encoding anew.
   */
  | { readonly type: 'delta'; readonly block: number; readonly literal: string }
  /** What seals a reasoning block, or Gemini's call. Once a block, any time before its end. */
  | { readonly type: 'seal'; readonly block: number; readonly sealed: Sealed }
  | { readonly type: 'annotation'; readonly block: number; readonly annotation: Annotation }
  | { readonly type: 'logprobs'; readonly block: number; readonly tokens: readonly TokenLogprob[] }
  | { readonly type: 'block-end'; readonly block: number }
  | { readonly type: 'usage'; readonly usage: TokenUsage }
  | {
      readonly type: 'finish';
      readonly reason: FinishReason;
      /** Which one, for `stop-sequence`. */
      readonly stopSequence: string | null;
      /** What the vendor says about a refusal or a filter; null where nothing. */
      readonly explanation: string | null;
    };

export type BlockStart =
  | { readonly type: 'block-start'; readonly block: number; readonly kind: 'text'; readonly phase: string | null }
  | { readonly type: 'block-start'; readonly block: number; readonly kind: 'reasoning' | 'refusal' }
  | {
      readonly type: 'block-start';
      readonly block: number;
      readonly kind: 'tool-call';
      readonly callId: string;
      readonly name: string;
      readonly namespace: string | null;
      readonly form: CallForm;
    };

export interface TokenLogprob {
  readonly token: string;
  readonly logprob: number;
  readonly bytes: readonly number[] | null;
  readonly top: readonly {
    readonly token: string;
    readonly logprob: number;
    readonly bytes: readonly number[] | null;
  }[];
}
