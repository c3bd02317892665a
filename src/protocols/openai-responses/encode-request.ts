/** Our words as the body of `/responses`: stateless, streamed, with reasoning that seals itself. */
import { fitCallId } from '../../canonical/fit-id.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import type { ModelRequest, OutputRequest, ReasoningRequest, Sampling } from '../../canonical/model-request.ts';
import { effortOfBudget } from '../../canonical/effort.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { RequestEncoder } from '../protocol.ts';
import type { LossAt } from './encode-content.ts';
import { encodeItem } from './encode-items.ts';
import { encodeToolChoice, encodeTools } from './encode-tools.ts';

/** The vendor refuses a lower limit. */
const minOutputTokens = 16;
/** Of a cache key and of whom is served. */
const maxKeyLength = 64;

export const encodeResponsesRequest: RequestEncoder['encodeRequest'] = (request, { model, report }): JsonObject => {
  const loss: LossAt = (rule, path, reason) => report({ rule, path, reason });
  return {
    model: model.id,
    input: request.items.flatMap((item, index) => encodeItem(item, `items.${index}`, loss)),
    ...encodeToolUse(request, loss),
    ...encodeLimit(request.maxOutputTokens, loss),
    ...encodeSampling(request.sampling, report),
    ...encodeReasoning(request.reasoning, model, loss),
    ...encodeText(request.output),
    ...encodeInclude(request, model),
    ...(request.cacheKey === null ? {} : { prompt_cache_key: keyOf(request.cacheKey) }),
    ...(request.user === null ? {} : { safety_identifier: keyOf(request.user) }),
    store: false,
    stream: true,
  };
};

const keyOf = (text: string): string => (text.length <= maxKeyLength ? text : fitCallId(text, maxKeyLength));

function encodeToolUse({ tools, toolChoice, parallelToolCalls }: ModelRequest, loss: LossAt): JsonObject {
  if (tools.length === 0) return {};
  const encoded = encodeTools(tools, loss);
  const deferred = tools.findIndex((tool) => tool.kind === 'function' && tool.deferred);
  const searches = tools.some((tool) => tool.kind === 'hosted' && tool.type === 'tool_search');
  if (deferred >= 0 && !searches)
    loss('approximated', `tools.${deferred}`, 'Without a tool that searches, deferred tools are shown from the start.');
  return {
    tools: encoded,
    ...(toolChoice === null ? {} : { tool_choice: encodeToolChoice(toolChoice, tools) }),
    ...(parallelToolCalls === null ? {} : { parallel_tool_calls: parallelToolCalls }),
  };
}

function encodeLimit(limit: number | null, loss: LossAt): JsonObject {
  if (limit === null) return {};
  if (limit < minOutputTokens)
    loss('approximated', 'maxOutputTokens', `Responses takes no output limit below ${minOutputTokens}.`);
  return { max_output_tokens: Math.max(limit, minOutputTokens) };
}

function encodeSampling({ temperature, topP, ...others }: Sampling, report: Report): JsonObject {
  for (const [name, value] of Object.entries(others)) {
    if (value !== null) report({ rule: 'not-carried', path: `sampling.${name}`, reason: `Responses has no ${name}.` });
  }
  return { ...(temperature === null ? {} : { temperature }), ...(topP === null ? {} : { top_p: topP }) };
}

function encodeReasoning(reasoning: ReasoningRequest | null, model: Model, loss: LossAt): JsonObject {
  if (!reasoning) return {};
  if (!model.supports.reasoning) {
    if (reasoning.mode !== 'off') loss('not-carried', 'reasoning', 'This model does not reason.');
    return {};
  }
  const { effort, budgetTokens, mode, show } = reasoning;
  const said = effort ?? (mode === 'off' ? 'none' : budgetTokens === null ? null : effortOfBudget(budgetTokens));
  const asked = {
    ...(said === null ? {} : { effort: said }),
    ...(show === false || said === 'none' ? {} : { summary: 'auto' }),
  };
  return Object.keys(asked).length === 0 ? {} : { reasoning: asked };
}

function encodeInclude({ topLogprobs }: ModelRequest, model: Model): JsonObject {
  const include = [
    // Refused for a model that does not reason.
    ...(model.supports.reasoning ? ['reasoning.encrypted_content'] : []),
    ...(topLogprobs === null ? [] : ['message.output_text.logprobs']),
  ];
  return {
    ...(topLogprobs === null ? {} : { top_logprobs: topLogprobs }),
    ...(include.length === 0 ? {} : { include }),
  };
}

/** What `text` says, empty where all of it is the vendor's own choice. */
export function encodeText({ format, verbosity }: OutputRequest): JsonObject {
  const text = {
    ...(format.kind === 'text' ? {} : { format: encodeFormat(format) }),
    ...(verbosity === null ? {} : { verbosity }),
  };
  return Object.keys(text).length === 0 ? {} : { text };
}

function encodeFormat(format: OutputRequest['format']): JsonObject {
  if (format.kind !== 'json-schema') return { type: format.kind === 'text' ? 'text' : 'json_object' };
  return {
    type: 'json_schema',
    name: format.name ?? 'answer',
    ...(format.description === null ? {} : { description: format.description }),
    schema: format.schema,
    // Left out it would mean true.
    strict: format.strict ?? false,
  };
}
