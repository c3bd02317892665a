/** Token counts as Messages reports them. */
import { billedNanoAiu } from '../../canonical/cost.ts';
import { isObject, numberOrNull, objectOf } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

/**
 * Reads a message's usage, over what an earlier event of the same stream said: `message_start` has the input,
 * `message_delta` the final output and often the input again. Null where nothing was said at all.
 */
export function messagesUsage(usage: unknown, copilotUsage: unknown, earlier: TokenUsage | null): TokenUsage | null {
  if (!isObject(usage) && !isObject(copilotUsage)) return earlier;
  const counts = objectOf(usage);
  const details = objectOf(counts['output_tokens_details']);
  return {
    inputTokens: numberOrNull(counts['input_tokens']) ?? earlier?.inputTokens ?? null,
    cacheReadTokens: numberOrNull(counts['cache_read_input_tokens']) ?? earlier?.cacheReadTokens ?? null,
    cacheWriteTokens: numberOrNull(counts['cache_creation_input_tokens']) ?? earlier?.cacheWriteTokens ?? null,
    outputTokens: numberOrNull(counts['output_tokens']) ?? earlier?.outputTokens ?? null,
    reasoningTokens: numberOrNull(details['thinking_tokens']) ?? earlier?.reasoningTokens ?? null,
    costNanoAiu: billedNanoAiu(copilotUsage) ?? earlier?.costNanoAiu ?? null,
  };
}
