/** Rules of `/chat/completions`. */
import { isDeepStrictEqual } from 'node:util';
import { isObject, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import { budgetOfEffort, nearestEffort } from '../../../canonical/effort.ts';
import { isReasoningGpt } from '../../../canonical/model.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, type BodyRule, type Path, type RuleInput } from './body-rule.ts';
import { geminiSchema } from './gemini-schema.ts';
import { outputLimitRule } from './output-limit.ts';
import { reasoningSampling } from './reasoning-sampling.ts';

const emptyParameters = { type: 'object', properties: {} };

/** OpenAI's own bound on the name of an end user. */
const maxUserLength = 64;

/** Models that count thinking in tokens take `thinking_budget` here and no effort. */
function effortEdits({ body, model }: RuleInput): JsonEdit[] {
  const { reasoning_effort: effort } = body;
  const { reasoningEfforts, minThinkingBudget, maxThinkingBudget } = model.supports;
  if (typeof effort !== 'string' || reasoningEfforts.includes(effort)) return [];
  if (reasoningEfforts.length > 0) {
    const fitting = nearestEffort(effort, reasoningEfforts);
    return fitting === effort ? [] : [set(['reasoning_effort'], fitting)];
  }
  const gone = remove('reasoning_effort');
  if (maxThinkingBudget === undefined || effort === 'none' || body['thinking_budget'] !== undefined) return [gone];
  const budget = Math.min(Math.max(budgetOfEffort(effort), minThinkingBudget ?? 1), maxThinkingBudget);
  return [gone, set(['thinking_budget'], budget)];
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
    edits: ({ body, model }) => (model.vendor === 'Google' ? schemaEdits(body) : []),
  },
  {
    name: 'gemini-unsigned-calls',
    path: '/chat/completions',
    reason:
      "Gemini refuses its calls without their signature, which clients drop: they go up with Google's word for that.",
    edits: ({ body, model }) => (model.vendor === 'Google' ? signatureEdits(body) : []),
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
      typeof body['user'] === 'string' && body['user'].length > maxUserLength ? [remove('user')] : [],
  },
];
