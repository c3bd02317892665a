/** Token counts as Gemini tells them: thoughts beside the answer, cached tokens within the prompt. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';

/** A count that nobody said is 0: clients add them up. */
export function encodeGeminiUsage(usage: TokenUsage): JsonObject {
  const cached = usage.cacheReadTokens ?? 0;
  const prompt = (usage.inputTokens ?? 0) + cached + (usage.cacheWriteTokens ?? 0);
  const output = usage.outputTokens ?? 0;
  const thoughts = Math.min(usage.reasoningTokens ?? 0, output);
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: output - thoughts,
    totalTokenCount: prompt + output,
    cachedContentTokenCount: cached,
    thoughtsTokenCount: thoughts,
  };
}

/** The members of a chunk that tell it; empty where nothing was said, since a zero would pass for an empty context. */
export function usageMembers(usage: TokenUsage | null): string {
  if (usage === null) return '';
  const { costNanoAiu: cost } = usage;
  const bill = cost === null ? '' : `,"copilot_usage":{"total_nano_aiu":${cost}}`;
  return `,"usageMetadata":${JSON.stringify(encodeGeminiUsage(usage))}${bill}`;
}
