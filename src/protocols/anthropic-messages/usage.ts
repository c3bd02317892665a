/** Token counts as Messages reports them. */
import { billedNanoAiu } from '../../canonical/cost.ts';
import { countOrNull, isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
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
    inputTokens: countOrNull(counts['input_tokens']) ?? earlier?.inputTokens ?? null,
    cacheReadTokens: countOrNull(counts['cache_read_input_tokens']) ?? earlier?.cacheReadTokens ?? null,
    cacheWriteTokens: countOrNull(counts['cache_creation_input_tokens']) ?? earlier?.cacheWriteTokens ?? null,
    outputTokens: countOrNull(counts['output_tokens']) ?? earlier?.outputTokens ?? null,
    reasoningTokens: countOrNull(details['thinking_tokens']) ?? earlier?.reasoningTokens ?? null,
    costNanoAiu: billedNanoAiu(copilotUsage ?? counts['copilot_usage']) ?? earlier?.costNanoAiu ?? null,
  };
}

/** The same of a stream's first event, whose output is no count yet: a stream that breaks behind it has none. */
export function startUsage(payload: JsonObject, earlier: TokenUsage | null): TokenUsage | null {
  const usage = messagesUsage(objectOf(payload['message'])['usage'], payload['copilot_usage'], earlier);
  return usage && { ...usage, outputTokens: earlier?.outputTokens ?? null };
}
