/** Our words as the body of `/chat/completions`. */
import { fitCallId } from '../../canonical/fit-id.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import { isClaude, type Model } from '../../canonical/model.ts';
import type { OutputRequest, ReasoningRequest, Sampling } from '../../canonical/model-request.ts';
import { budgetOfEffort, effortOfBudget } from '../../canonical/effort.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { RequestEncoder } from '../protocol.ts';
import { placeCacheMarks } from './cache-marks.ts';
import { encodeMessages } from './encode-messages.ts';
import { encodeToolUse } from './encode-tools.ts';

/** Of a cache key and of whom is served. */
const maxKeyLength = 64;
const maxStops = 4;

export const encodeChatRequest: RequestEncoder['encodeRequest'] = (request, { model, report }): JsonObject => {
  const encoded = encodeMessages(request.items, report);
  const { maxOutputTokens, topLogprobs, cacheKey, user } = request;
  return {
    model: model.id,
    // Other vendors cache by themselves, and some of them refuse a member that they do not know.
    messages: isClaude(model) ? placeCacheMarks(encoded, report) : encoded.map(({ message }) => message),
    ...encodeToolUse(request, report),
    ...encodeLimit(maxOutputTokens, report),
    ...encodeSampling(request.sampling, report),
    ...encodeStops(request.stop, report),
    ...encodeReasoning(request.reasoning, model, report),
    ...encodeOutput(request.output),
    ...(topLogprobs === null ? {} : { logprobs: true, ...(topLogprobs > 0 ? { top_logprobs: topLogprobs } : {}) }),
    ...(cacheKey === null ? {} : { prompt_cache_key: keyOf(cacheKey) }),
    ...(user === null ? {} : { user: keyOf(user) }),
    stream: true,
    stream_options: { include_usage: true },
  };
};

function encodeLimit(limit: number | null, report: Report): JsonObject {
  if (limit === null) return {};
  if (limit < 1) report({ rule: 'approximated', path: 'max_tokens', reason: 'Chat takes no output limit below 1.' });
  return { max_tokens: Math.max(limit, 1) };
}

const keyOf = (text: string): string => (text.length <= maxKeyLength ? text : fitCallId(text, maxKeyLength));

const samplingMembers = {
  temperature: 'temperature',
  topP: 'top_p',
  topK: null,
  seed: 'seed',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  logitBias: 'logit_bias',
} as const satisfies Record<keyof Sampling, string | null>;

function encodeSampling(sampling: Sampling, report: Report): JsonObject {
  const said: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(samplingMembers)) {
    const value = sampling[name as keyof Sampling];
    if (value === null) continue;
    if (member === null) report({ rule: 'not-carried', path: `sampling.${name}`, reason: `Chat has no ${name}.` });
    else said[member] = value;
  }
  return said;
}

function encodeStops(stop: readonly string[], report: Report): JsonObject {
  if (stop.length === 0) return {};
  if (stop.length > maxStops)
    report({ rule: 'not-carried', path: 'stop', reason: `Chat takes no more than ${maxStops} stop sequences.` });
  return { stop: stop.slice(0, maxStops) };
}

/** How much a model thinks that was asked to, and not told how much. */
const defaultEffort = 'medium';

function encodeReasoning(reasoning: ReasoningRequest | null, model: Model, report: Report): JsonObject {
  if (reasoning === null) return {};
  const { effort, budgetTokens, mode } = reasoning;
  const { reasoningEfforts, maxThinkingBudget } = model.supports;
  const isOff = mode === 'off' || effort === 'none';
  if (reasoningEfforts.length > 0) {
    const said = effort ?? (isOff ? 'none' : budgetTokens === null ? null : effortOfBudget(budgetTokens));
    return said === null ? {} : { reasoning_effort: said };
  }
  if (isOff) {
    // It has no word for none: left out, it thinks as it likes.
    if (maxThinkingBudget !== undefined)
      report({ rule: 'not-carried', path: 'reasoning', reason: 'This model cannot be told not to think.' });
    return {};
  }
  if (maxThinkingBudget !== undefined) {
    return { thinking_budget: budgetTokens ?? budgetOfEffort(effort ?? defaultEffort) };
  }
  report({ rule: 'not-carried', path: 'reasoning', reason: 'This model cannot be told how much to think.' });
  return {};
}

function encodeOutput({ format, verbosity }: OutputRequest): JsonObject {
  return {
    ...(format.kind === 'text' ? {} : { response_format: encodeFormat(format) }),
    ...(verbosity === null ? {} : { verbosity }),
  };
}

function encodeFormat(format: OutputRequest['format']): JsonObject {
  if (format.kind !== 'json-schema') return { type: format.kind === 'text' ? 'text' : 'json_object' };
  const { name, description, schema, strict } = format;
  return {
    type: 'json_schema',
    json_schema: {
      name: name ?? 'answer',
      ...(description === null ? {} : { description }),
      schema,
      ...(strict === null ? {} : { strict }),
    },
  };
}
