/** What a caller asks of a model, in no protocol's words. */
import type { Item } from './conversation.ts';
import type { JsonObject } from './json-value.ts';
import type { Tool, ToolChoice } from './tool.ts';

/**
 * Strings are whatever the body's view holds (latin1 views of UTF-8): moved and compared with ASCII, never measured in
 * characters. Null means that the caller did not say.
 */
export interface ModelRequest {
  readonly items: readonly Item[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice | null;
  readonly parallelToolCalls: boolean | null;
  readonly maxOutputTokens: number | null;
  readonly sampling: Sampling;
  readonly stop: readonly string[];
  readonly reasoning: ReasoningRequest | null;
  readonly output: OutputRequest;
  /** How many alternatives for each token; 0 for the chosen ones alone. */
  readonly topLogprobs: number | null;
  /** What keeps a session's prompts in one cache (`prompt_cache_key`). */
  readonly cacheKey: string | null;
  /** Who is served, as the caller names them (`user`, `metadata.user_id`, `safety_identifier`). */
  readonly user: string | null;
  /** Whether a Chat stream's caller asked for the usage chunk. */
  readonly includeUsage: boolean;
}

export interface Sampling {
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly topK: number | null;
  readonly seed: number | null;
  readonly presencePenalty: number | null;
  readonly frequencyPenalty: number | null;
  readonly logitBias: JsonObject | null;
}

export interface ReasoningRequest {
  /** Verbatim: `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, …; null where only a budget or nothing was said. */
  readonly effort: string | null;
  readonly budgetTokens: number | null;
  /** `adaptive`: the model decides how much. */
  readonly mode: 'on' | 'off' | 'adaptive' | null;
  /** Whether its text should be shown; null leaves it to the vendor. */
  readonly show: boolean | null;
}

export interface OutputRequest {
  readonly format:
    | { readonly kind: 'text' | 'json-object' }
    | {
        readonly kind: 'json-schema';
        readonly name: string | null;
        readonly description: string | null;
        readonly schema: JsonObject;
        readonly strict: boolean | null;
        /** The answer is the word that a JSON string holds, without its quotes (Gemini's `text/x.enum`). */
        readonly isWord?: boolean;
      };
  /** GPT's `low`, `medium`, `high`. */
  readonly verbosity: string | null;
}
