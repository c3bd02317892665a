/** What one exchange used, in the one form in which nothing is counted twice. */

/**
 * Token counts of one exchange; null is "the upstream did not say", never zero.
 * OpenAI counts cached tokens inside its input, Anthropic beside it: here they are always beside.
 */
export interface TokenUsage {
  /** Input without what was read from or written to the prompt cache. */
  readonly inputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  /** Output with reasoning. */
  readonly outputTokens: number | null;
  /** The part of the output that was reasoning. */
  readonly reasoningTokens: number | null;
  /** What the upstream billed, in nano-AIU (1e9 to a credit), where it said so (`copilot_usage.total_nano_aiu`). */
  readonly costNanoAiu: number | null;
}
