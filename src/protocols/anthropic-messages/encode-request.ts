/** Our words as the body of `/v1/messages`. */
import type { JsonObject } from '../../canonical/json-value.ts';
import type { Model } from '../../canonical/model.ts';
import { objectSchema, withoutUnions } from '../../canonical/object-schema.ts';
import type { ModelRequest, ReasoningRequest, Sampling } from '../../canonical/model-request.ts';
import { budgetOfEffort, effortOfBudget } from '../../canonical/effort.ts';
import type { Report } from '../../canonical/request-edit.ts';
import type { Tool, ToolChoice } from '../../canonical/tool.ts';
import type { RequestEncoder } from '../protocol.ts';
import { placeCacheMarks } from './cache-marks.ts';
import { cacheControl, encodeTexts } from './encode-content.ts';
import { encodeTurns } from './encode-turns.ts';

/** The vendor insists on a limit. */
const defaultMaxTokens = 8192;

export const encodeMessagesRequest: RequestEncoder['encodeRequest'] = (request, { model, report }): JsonObject => {
  const spoken = request.items.findIndex((item) => !isSystem(item));
  const leading = spoken < 0 ? request.items.length : spoken;
  const system = request.items
    .slice(0, leading)
    .flatMap((item, index) => (item.kind === 'message' ? encodeTexts(item.parts, `items.${index}`, report) : []));
  const turns = encodeTurns(request.items.slice(leading), leading, report);
  const tools = request.tools.flatMap((tool, index) => encodeTool(tool, `tools.${index}`, report));
  placeCacheMarks({ tools, system, turns }, report);
  return {
    model: model.id,
    max_tokens: request.maxOutputTokens ?? model.limits.outputTokens ?? defaultMaxTokens,
    ...(tools.length === 0 ? {} : { tools, ...encodeToolChoice(request, report) }),
    ...(system.length === 0 ? {} : { system }),
    messages: turns,
    ...encodeSampling(request.sampling, report),
    ...(request.stop.length === 0 ? {} : { stop_sequences: request.stop }),
    ...encodeThinking(request.reasoning, model),
    ...encodeOutputConfig(request, model, report),
    ...(request.user === null ? {} : { metadata: { user_id: request.user } }),
    stream: true,
  };
};

function isSystem(item: ModelRequest['items'][number]): boolean {
  return item.kind === 'message' && (item.role === 'system' || item.role === 'developer');
}

function encodeTool(tool: Tool, path: string, report: Report): readonly JsonObject[] {
  if (tool.kind !== 'function') return [];
  const { name, description, strict, cache } = tool;
  const { schema, isExact } = withoutUnions(objectSchema(tool.schema));
  if (!isExact) {
    const reason = 'The arguments of a tool are one object, without a choice between several.';
    report({ rule: 'approximated', path, reason });
  }
  return [
    {
      name,
      ...(description === null ? {} : { description }),
      input_schema: schema,
      ...(strict === true ? { strict: true } : {}),
      ...cacheControl(cache),
    },
  ];
}

function encodeToolChoice({ toolChoice, parallelToolCalls }: ModelRequest, report: Report): JsonObject {
  if (toolChoice === null && parallelToolCalls !== false) return {};
  const choice = toolChoice === null ? { type: 'auto' } : choiceOf(toolChoice, report);
  // Where no tool may be called, there is nothing to be said about several.
  const parallel = parallelToolCalls === false && choice.type !== 'none' ? { disable_parallel_tool_use: true } : {};
  return { tool_choice: { ...choice, ...parallel } };
}

function choiceOf(choice: ToolChoice, report: Report): { readonly type: string; readonly name?: string } {
  switch (choice.kind) {
    case 'auto':
    case 'none':
      return { type: choice.kind };
    case 'required':
      return { type: 'any' };
    case 'tool':
      return { type: 'tool', name: choice.tool.name };
    case 'allowed': {
      const [only, ...others] = choice.tools;
      if (choice.required && only && others.length === 0) return { type: 'tool', name: only.name };
      const reason = 'Messages forces one tool or none, and cannot allow some of them.';
      report({ rule: 'approximated', path: 'tool_choice', reason });
      return { type: choice.required ? 'any' : 'auto' };
    }
  }
}

/** OpenAI's scale of temperatures is twice as long. */
function encodeSampling({ temperature, topP, topK }: Sampling, report: Report): JsonObject {
  if (temperature !== null && temperature > 1)
    report({ rule: 'approximated', path: 'temperature', reason: 'Claude takes no temperature above 1.' });
  return {
    ...(temperature === null ? {} : { temperature: Math.min(1, Math.max(0, temperature)) }),
    ...(topP === null ? {} : { top_p: topP }),
    ...(topK === null ? {} : { top_k: topK }),
  };
}

/** How much a model thinks that was asked to, and not told how much. */
const defaultBudget = budgetOfEffort('medium');

function encodeThinking(reasoning: ReasoningRequest | null, model: Model): JsonObject {
  if (reasoning === null || !model.supports.reasoning) return {};
  const { effort, budgetTokens, mode, show } = reasoning;
  if (mode === 'off' || effort === 'none') return { thinking: { type: 'disabled' } };
  if (model.supports.adaptiveThinking)
    return { thinking: { type: 'adaptive', display: show === false ? 'omitted' : 'summarized' } };
  const budget = budgetTokens ?? (effort === null ? defaultBudget : budgetOfEffort(effort));
  return { thinking: { type: 'enabled', budget_tokens: budget } };
}

function encodeOutputConfig({ reasoning, output }: ModelRequest, model: Model, report: Report): JsonObject {
  const { format, verbosity } = output;
  if (verbosity !== null)
    report({ rule: 'not-carried', path: 'verbosity', reason: 'Claude has no setting for how much it says.' });
  if (format.kind === 'json-object') {
    const reason = 'Messages promises JSON only by a schema.';
    report({ rule: 'not-carried', path: 'response_format', reason });
  }
  const budget = reasoning?.budgetTokens ?? null;
  // Who decides by itself is told how hard to think, and no number of tokens.
  const effort = reasoning?.effort ?? (budget === null ? null : effortOfBudget(budget));
  const config = {
    ...(effort !== null && effort !== 'none' && model.supports.adaptiveThinking ? { effort } : {}),
    ...(format.kind === 'json-schema' ? { format: { type: 'json_schema', schema: format.schema } } : {}),
  };
  return Object.keys(config).length === 0 ? {} : { output_config: config };
}
