/** Rules of `/v1/messages` about thinking: its kind, its budget, and what may not stand beside it. */
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../../canonical/json-value.ts';
import { budgetOfEffort, effortOfBudget, nearestEffort } from '../../../canonical/effort.ts';
import type { JsonEdit } from '../../../framing/json-text.ts';
import { listOf, remove, set, thinksByItself, type BodyRule, type RuleInput } from './body-rule.ts';

/** Anthropic's own least budget, where the catalogue names none. */
const leastBudget = 1024;

function kindOf(body: JsonObject): unknown {
  return objectOf(body['thinking'])['type'];
}

function isThinking(body: JsonObject): boolean {
  return kindOf(body) === 'enabled' || kindOf(body) === 'adaptive';
}

/** A budget becomes an effort where the model decides for itself, an effort a budget where it does not. */
function kindEdits({ body, model }: RuleInput): JsonEdit[] {
  const { supports } = model;
  const thinking = objectOf(body['thinking']);
  if (!isThinking(body)) return [];
  if (supports.unstated === true) return [];
  if (!supports.reasoning) return [remove('thinking')];
  const { effort } = objectOf(body['output_config']);
  if (thinking['type'] === 'enabled' && supports.adaptiveThinking) {
    const { budget_tokens: budget, ...rest } = thinking;
    const edits = [set(['thinking'], { ...rest, type: 'adaptive' })];
    if (effort == null && typeof budget === 'number' && supports.reasoningEfforts.length > 0)
      edits.push(set(['output_config', 'effort'], nearestEffort(effortOfBudget(budget), supports.reasoningEfforts)));
    return edits;
  }
  if (thinking['type'] === 'adaptive' && !supports.adaptiveThinking) {
    const budget = budgetOfEffort(typeof effort === 'string' ? effort : 'high');
    return [set(['thinking'], { ...thinking, type: 'enabled', budget_tokens: Math.max(budget, leastBudget) })];
  }
  return [];
}

/** The budget within the model's bounds and below `max_tokens`; no thinking where too little room is left for any. */
function budgetEdits({ body, model }: RuleInput): JsonEdit[] {
  if (kindOf(body) !== 'enabled') return [];
  const budget = numberOrNull(objectOf(body['thinking'])['budget_tokens']);
  if (budget === null) return [];
  const least = model.supports.minThinkingBudget ?? leastBudget;
  const maxTokens = numberOrNull(body['max_tokens']);
  const most = Math.min(
    model.supports.maxThinkingBudget ?? Infinity,
    maxTokens === null ? Infinity : Math.floor(maxTokens) - 1,
  );
  if (most < least) return [remove('thinking')];
  const fitting = Math.min(Math.max(budget, least), most);
  return fitting === budget ? [] : [set(['thinking', 'budget_tokens'], fitting)];
}

function isForced(body: JsonObject): boolean {
  const { type } = objectOf(body['tool_choice']);
  return type === 'any' || type === 'tool';
}

const thoughts: ReadonlySet<unknown> = new Set(['thinking', 'redacted_thinking']);

/**
 * The turn is in the middle of its tool calls, and the thoughts that led to them did not come back. Neighbours of one role
 * are one turn: a reminder behind the results is in a message of its own.
 */
function lacksThoughts(body: JsonObject): boolean {
  const turns = listOf(body['messages']).filter(isObject);
  const blocks = (turn: JsonObject) => listOf(turn['content']).filter(isObject);
  const last = turns.findLastIndex(({ role }) => role === 'assistant');
  const answers = turns.slice(last + 1).flatMap(blocks);
  if (!answers.some(({ type }) => type === 'tool_result')) return false;
  const first = turns.findLastIndex(({ role }, index) => index < last && role === 'user') + 1;
  const said = turns
    .slice(first, last + 1)
    .filter(({ role }) => role === 'assistant')
    .flatMap(blocks);
  return said.some(({ type }) => type === 'tool_use') && !thoughts.has(said[0]?.['type']);
}

/** With thinking the temperature is 1, top_p nearly so, and top_k is not there; the newest models want that always. */
function samplingEdits({ body, model }: RuleInput): JsonEdit[] {
  if (!isThinking(body) && !thinksByItself(model)) return [];
  const { temperature, top_p: topP, top_k: topK } = body;
  const edits: JsonEdit[] = [];
  if (temperature != null && temperature !== 1) edits.push(remove('temperature'));
  if (topK != null) edits.push(remove('top_k'));
  if (topP != null && (thinksByItself(model) ? topP !== 1 : !(typeof topP === 'number' && topP >= 0.95)))
    edits.push(remove('top_p'));
  return edits;
}

/** Clearing of thoughts is refused where there are none to clear. */
function clearingEdits({ body }: RuleInput): JsonEdit[] {
  if (isThinking(body)) return [];
  const clearing = listOf(objectOf(body['context_management'])['edits']);
  const gone = clearing.flatMap((edit, index) =>
    String(objectOf(edit)['type']).startsWith('clear_thinking_') ? [index] : [],
  );
  if (gone.length === 0) return [];
  return gone.length === clearing.length
    ? [remove('context_management')]
    : gone.map((index) => remove('context_management', 'edits', index));
}

const displays: ReadonlySet<unknown> = new Set(['summarized', 'omitted']);

export const messagesThinkingRules: readonly BodyRule[] = [
  {
    name: 'thinking-kind',
    path: '/v1/messages',
    reason: 'The catalogue says how this model thinks: by itself, by a budget, or not at all.',
    edits: kindEdits,
  },
  {
    name: 'thinking-budget',
    path: '/v1/messages',
    reason: 'A thinking budget has to be within the bounds of the model and below max_tokens.',
    edits: budgetEdits,
  },
  {
    name: 'thinking-display',
    path: '/v1/messages',
    reason: 'Thinking is shown summarized or not at all; other words for it need a beta that Copilot refuses.',
    edits: ({ body }) => {
      const { display } = objectOf(body['thinking']);
      return display === undefined || displays.has(display) ? [] : [remove('thinking', 'display')];
    },
  },
  {
    name: 'thinking-binding',
    path: '/v1/messages',
    reason: 'What becomes of thoughts from elsewhere is set by a field whose beta Copilot refuses.',
    edits: ({ body }) =>
      objectOf(body['thinking'])['block_binding'] === undefined ? [] : [remove('thinking', 'block_binding')],
  },
  {
    name: 'no-thinking-without-thoughts',
    path: '/v1/messages',
    reason: 'Clients of other protocols drop thoughts, without which this model refuses to go on thinking in its turn.',
    edits: ({ body }) => (kindOf(body) === 'enabled' && lacksThoughts(body) ? [remove('thinking')] : []),
  },
  {
    name: 'no-thinking-when-forced',
    path: '/v1/messages',
    reason: 'A forced tool call and thinking exclude each other; the call was asked for by name.',
    edits: ({ body }) => (isThinking(body) && isForced(body) ? [remove('thinking')] : []),
  },
  {
    name: 'thinking-sampling',
    path: '/v1/messages',
    reason: 'Beside thinking, and by the newest models always, temperature, top_p and top_k are refused.',
    edits: samplingEdits,
  },
  {
    name: 'no-thoughts-to-clear',
    path: '/v1/messages',
    reason: 'Clearing thoughts from the context is refused where thinking is off.',
    edits: clearingEdits,
  },
  {
    name: 'effort',
    path: '/v1/messages',
    reason: 'The catalogue lists the efforts of a model: another is brought to the next lower one, or left out.',
    edits: ({ body, model }) => {
      const config = body['output_config'];
      const { effort } = objectOf(config);
      const { reasoningEfforts, unstated } = model.supports;
      if (unstated === true || !isObject(config) || typeof effort !== 'string' || reasoningEfforts.includes(effort))
        return [];
      if (reasoningEfforts.length === 0)
        return [Object.keys(config).length === 1 ? remove('output_config') : remove('output_config', 'effort')];
      const fitting = nearestEffort(effort, reasoningEfforts);
      return fitting === effort ? [] : [set(['output_config', 'effort'], fitting)];
    },
  },
];
