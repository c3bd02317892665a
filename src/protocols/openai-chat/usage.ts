/** Token counts as Chat Completions and Embeddings report them. */
import { billedNanoAiu } from '../../canonical/cost.ts';
import { isObject, numberOrNull, objectOf } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

/**
 * Reads `usage` and `copilot_usage` of a chunk, a completion or an embeddings answer, over what an `earlier` chunk of the
 * same stream said: counts and bill may come in two. Null where nothing was said at all.
 */
export function chatUsage(payload: unknown, earlier: TokenUsage | null = null): TokenUsage | null {
  const { usage, copilot_usage: copilotUsage } = objectOf(payload);
  if (!isObject(usage) && !isObject(copilotUsage)) return earlier;
  if (!isObject(usage) && earlier)
    return { ...earlier, costNanoAiu: billedNanoAiu(copilotUsage) ?? earlier.costNanoAiu };
  const counts = objectOf(usage);
  const promptTokens = numberOrNull(counts['prompt_tokens']);
  const cacheReadTokens = numberOrNull(objectOf(counts['prompt_tokens_details'])['cached_tokens']);
  const details = objectOf(counts['completion_tokens_details']);
  return {
    // OpenAI's prompt tokens include the cached ones.
    inputTokens: promptTokens === null ? null : promptTokens - (cacheReadTokens ?? 0),
    cacheReadTokens,
    cacheWriteTokens: null,
    outputTokens: numberOrNull(counts['completion_tokens']),
    reasoningTokens: numberOrNull(details['reasoning_tokens'] ?? counts['reasoning_tokens']),
    costNanoAiu: billedNanoAiu(copilotUsage) ?? earlier?.costNanoAiu ?? null,
  };
}
