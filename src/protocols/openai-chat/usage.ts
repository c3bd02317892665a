/** Token counts as Chat Completions and Embeddings report them. */
import { billedNanoAiu } from '../../canonical/cost.ts';
import { countOrNull, isObject, type JsonObject, objectOf } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

/**
 * Reads `usage` and `copilot_usage` of a chunk, a completion or an embeddings answer, over what an `earlier` chunk of the
 * same stream said: counts and bill may come in two. Null where nothing was said at all.
 */
export function chatUsage(payload: unknown, earlier: TokenUsage | null = null): TokenUsage | null {
  const { usage, copilot_usage: beside } = objectOf(payload);
  const copilotUsage = beside ?? objectOf(usage)['copilot_usage'];
  if (!isObject(usage) && !isObject(copilotUsage)) return earlier;
  if (!isObject(usage) && earlier)
    return { ...earlier, costNanoAiu: billedNanoAiu(copilotUsage) ?? earlier.costNanoAiu };
  const counts = objectOf(usage);
  const promptTokens = countOrNull(counts['prompt_tokens']);
  const promptDetails = objectOf(counts['prompt_tokens_details']);
  const cacheReadTokens = countOrNull(promptDetails['cached_tokens']);
  const cacheWriteTokens = countOrNull(promptDetails['cache_write_tokens']);
  const details = objectOf(counts['completion_tokens_details']);
  return {
    // OpenAI's prompt tokens include the cached ones.
    inputTokens:
      promptTokens === null ? null : Math.max(0, promptTokens - (cacheReadTokens ?? 0) - (cacheWriteTokens ?? 0)),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: countOrNull(counts['completion_tokens']),
    reasoningTokens: countOrNull(details['reasoning_tokens'] ?? counts['reasoning_tokens']),
    costNanoAiu: billedNanoAiu(copilotUsage) ?? earlier?.costNanoAiu ?? null,
  };
}

/** The `usage` of a chunk or completion, complete with its detail objects, without which SDKs break; a count nobody said is 0. */
export function encodeChatUsage(usage: TokenUsage | null): JsonObject {
  const cached = usage?.cacheReadTokens ?? 0;
  const written = usage?.cacheWriteTokens ?? 0;
  const prompt = (usage?.inputTokens ?? 0) + cached + written;
  const completion = usage?.outputTokens ?? 0;
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: cached, audio_tokens: 0, cache_write_tokens: written },
    completion_tokens_details: {
      reasoning_tokens: usage?.reasoningTokens ?? 0,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
}
