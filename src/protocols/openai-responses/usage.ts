/** Token counts as Responses reports them. */
import { billedNanoAiu } from '../../canonical/cost.ts';
import { isObject, numberOrNull, objectOf } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

/** Reads the usage of a response object and the bill that stands in `beside` it, in it, or in its usage (all were seen). */
export function responsesUsage(response: unknown, beside: unknown): TokenUsage | null {
  const { usage, copilot_usage: inResponse } = objectOf(response);
  const copilotUsage = beside ?? inResponse ?? objectOf(usage)['copilot_usage'];
  if (!isObject(usage) && !isObject(copilotUsage)) return null;
  const counts = objectOf(usage);
  const inputTokens = numberOrNull(counts['input_tokens']);
  const cacheReadTokens = numberOrNull(objectOf(counts['input_tokens_details'])['cached_tokens']);
  return {
    inputTokens: inputTokens === null ? null : inputTokens - (cacheReadTokens ?? 0),
    cacheReadTokens,
    cacheWriteTokens: null,
    outputTokens: numberOrNull(counts['output_tokens']),
    reasoningTokens: numberOrNull(objectOf(counts['output_tokens_details'])['reasoning_tokens']),
    costNanoAiu: billedNanoAiu(copilotUsage),
  };
}
