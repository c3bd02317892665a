/** Rules of `/chat/completions`. */
import { isDeepStrictEqual } from 'node:util';
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import { budgetOfEffort, nearestEffort } from '../../../canonical/effort.ts';
import { isGoogle, isReasoningGpt } from '../../../canonical/model.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, type BodyRule, type Path, type RuleInput } from './body-rule.ts';
import { geminiSchema } from './gemini-schema.ts';
import { outputLimitRule } from './output-limit.ts';
import { reasoningSampling } from './reasoning-sampling.ts';

const emptyParameters = { type: 'object', properties: {} };

/** OpenAI's own bound on the name of an end user. */
const maxUserLength = 64;

/** Of the UTF-8 behind a latin1 view: every character has one byte that continues none. */
function charactersOf(view: string): number {
  let count = 0;
  for (let index = 0; index < view.length; index += 1) if ((view.charCodeAt(index) & 0xc0) !== 0x80) count += 1;
  return count;
}

/** Models that count thinking in tokens take `thinking_budget` here and no effort. */
function effortEdits(input: RuleInput): JsonEdit[] {
  const { body, model } = input;
  const { reasoning_effort: effort } = body;
  const { reasoningEfforts, unstated } = model.supports;
  if (unstated === true || typeof effort !== 'string' || reasoningEfforts.includes(effort)) return [];
  if (reasoningEfforts.length > 0) {
    const fitting = nearestEffort(effort, reasoningEfforts);
    return fitting === effort ? [] : [set(['reasoning_effort'], fitting)];
  }
  const gone = remove('reasoning_effort');
  if (effort === 'none' || body['thinking_budget'] !== undefined) return [gone];
  const budget = fittingBudget(budgetOfEffort(effort), input);
  return budget === undefined ? [gone] : [gone, set(['thinking_budget'], budget)];
}

/** Within the model's bounds and below the limit of the answer; undefined where there is no room for any. */
function fittingBudget(asked: number, { body, model }: RuleInput): number | undefined {
  const { minThinkingBudget = 1, maxThinkingBudget } = model.supports;
  if (maxThinkingBudget === undefined) return undefined;
  const limit = numberOrNull(body['max_completion_tokens'] ?? body['max_tokens']) ?? Infinity;
  const most = Math.min(maxThinkingBudget, Math.ceil(limit) - 1);
  return most < minThinkingBudget ? undefined : Math.min(Math.max(asked, minThinkingBudget), most);
}

function budgetEdits(input: RuleInput): JsonEdit[] {
  const asked = numberOrNull(input.body['thinking_budget']);
  if (asked === null || input.model.supports.maxThinkingBudget === undefined) return [];
  const budget = fittingBudget(asked, input);
  if (budget === undefined) return [remove('thinking_budget')];
  return budget === asked ? [] : [set(['thinking_budget'], budget)];
}

function schemaEdits(body: JsonObject): JsonEdit[] {
  const schemas = listOf(body['tools']).map((tool, index): [unknown, Path] => [
    objectOf(objectOf(tool)['function'])['parameters'],
    ['tools', index, 'function', 'parameters'],
  ]);
  const { json_schema: format } = objectOf(body['response_format']);
  schemas.push([objectOf(format)['schema'], ['response_format', 'json_schema', 'schema']]);
  return schemas.flatMap(([schema, path]) => {
    if (!isObject(schema)) return [];
    const cleaned = geminiSchema(schema);
    return isDeepStrictEqual(cleaned, schema) ? [] : [set(path, cleaned)];
  });
}

/** Google's own word for a call that another model, or nobody, signed. */
const unsignedCall = 'skip_thought_signature_validator';

/** On every unsigned call, not on those of the running turn alone: what is in the prompt cache must not change. */
function signatureEdits(body: JsonObject): JsonEdit[] {
  return listOf(body['messages']).flatMap((message, index) => {
    const { tool_calls: calls, reasoning_opaque: opaque } = objectOf(message);
    const { function: called } = objectOf(listOf(calls)[0]);
    if (opaque != null || !isObject(called) || called['thought_signature'] != null) return [];
    return [set(['messages', index, 'tool_calls', 0, 'function', 'thought_signature'], unsignedCall)];
  });
}

export const chatRules: readonly BodyRule[] = [
  {
    name: 'ask-usage',
    path: '/chat/completions',
    reason: 'Without stream_options.include_usage nobody can say what a stream cost.',
    edits: ({ body, stream }) =>
      !stream || objectOf(body['stream_options'])['include_usage'] === true
        ? []
        : isObject(body['stream_options'])
          ? [set(['stream_options', 'include_usage'], true)]
          : [set(['stream_options'], { include_usage: true })],
  },
  {
    name: 'max-completion-tokens',
    path: '/chat/completions',
    reason: 'Reasoning GPT models refuse max_tokens and want max_completion_tokens.',
    edits: ({ body, model }) =>
      body['max_tokens'] === undefined || !isReasoningGpt(model)
        ? []
        : body['max_completion_tokens'] === undefined
          ? [{ op: 'rename', path: ['max_tokens'], to: 'max_completion_tokens' }]
          : [remove('max_tokens')],
  },
  outputLimitRule('/chat/completions', ['max_tokens', 'max_completion_tokens']),
  {
    name: 'reasoning-sampling',
    path: '/chat/completions',
    reason: 'Reasoning GPT models refuse a temperature or top_p other than 1.',
    edits: reasoningSampling,
  },
  {
    name: 'no-stop',
    path: '/chat/completions',
    reason: 'Reasoning GPT models refuse stop sequences.',
    edits: ({ body, model }) => (body['stop'] != null && isReasoningGpt(model) ? [remove('stop')] : []),
  },
  {
    name: 'chat-effort',
    path: '/chat/completions',
    reason: 'The catalogue lists the efforts of a model: another is brought to the next lower one, or to a budget.',
    edits: effortEdits,
  },
  {
    name: 'chat-thinking-budget',
    path: '/chat/completions',
    reason: 'A thinking budget has to be within the bounds of the model and below the limit of the answer.',
    edits: budgetEdits,
  },
  {
    name: 'chat-parameters',
    path: '/chat/completions',
    reason: 'A function without parameters is refused: it gets the schema of an empty object.',
    edits: ({ body }) =>
      listOf(body['tools']).flatMap((tool, index) =>
        objectOf(objectOf(tool)['function'])['parameters'] === null
          ? [set(['tools', index, 'function', 'parameters'], emptyParameters)]
          : [],
      ),
  },
  {
    name: 'gemini-schema',
    path: '/chat/completions',
    reason: 'Gemini takes a subset of JSON Schema: what it refuses is rewritten, or said in the description.',
    edits: ({ body, model }) => (isGoogle(model) ? schemaEdits(body) : []),
  },
  {
    name: 'gemini-unsigned-calls',
    path: '/chat/completions',
    reason:
      "Gemini refuses its calls without their signature, which clients drop: they go up with Google's word for that.",
    edits: ({ body, model }) => (isGoogle(model) ? signatureEdits(body) : []),
  },
  {
    name: 'chat-tool-choice',
    path: '/chat/completions',
    reason: 'A tool choice without tools is refused.',
    edits: ({ body }) =>
      listOf(body['tools']).length > 0
        ? []
        : ['tool_choice', 'parallel_tool_calls'].filter((key) => body[key] !== undefined).map((key) => remove(key)),
  },
  {
    name: 'short-user',
    path: '/chat/completions',
    reason: 'user may have 64 characters.',
    edits: ({ body }) =>
      typeof body['user'] === 'string' && charactersOf(body['user']) > maxUserLength ? [remove('user')] : [],
  },
];
