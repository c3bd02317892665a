/** Token counts as Responses reports them. */
import { billedNanoAiu } from '../../canonical/cost.ts';
import { countOrNull, isObject, type JsonObject, objectOf } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

/** Reads the usage of a response object and the bill that stands in `beside` it, in it, or in its usage (all were seen). */
export function responsesUsage(response: unknown, beside: unknown): TokenUsage | null {
  const { usage, copilot_usage: inResponse } = objectOf(response);
  const copilotUsage = beside ?? inResponse ?? objectOf(usage)['copilot_usage'];
  if (!isObject(usage) && !isObject(copilotUsage)) return null;
  const counts = objectOf(usage);
  const inputTokens = countOrNull(counts['input_tokens']);
  const details = objectOf(counts['input_tokens_details']);
  const cacheReadTokens = countOrNull(details['cached_tokens']);
  const cacheWriteTokens = countOrNull(details['cache_write_tokens']);
  return {
    inputTokens:
      inputTokens === null ? null : Math.max(0, inputTokens - (cacheReadTokens ?? 0) - (cacheWriteTokens ?? 0)),
    cacheReadTokens,
    cacheWriteTokens,
    outputTokens: countOrNull(counts['output_tokens']),
    reasoningTokens: countOrNull(objectOf(counts['output_tokens_details'])['reasoning_tokens']),
    costNanoAiu: billedNanoAiu(copilotUsage),
  };
}

/** The `usage` of a response, complete with its detail objects, without which SDKs break; a count nobody said is 0. */
export function encodeResponsesUsage(usage: TokenUsage | null): JsonObject {
  const cached = usage?.cacheReadTokens ?? 0;
  const written = usage?.cacheWriteTokens ?? 0;
  const input = (usage?.inputTokens ?? 0) + cached + written;
  const output = usage?.outputTokens ?? 0;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens: usage?.reasoningTokens ?? 0 },
    total_tokens: input + output,
  };
}
