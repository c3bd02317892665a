/** Joins the choices over which some upstreams spread one answer: text in the first, tool calls in the next. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';

/** Members of a message or delta whose pieces are one text; every other member keeps its last value. */
export const joinedMembers: ReadonlySet<string> = new Set([
  'content',
  'reasoning_text',
  'reasoning_content',
  'refusal',
  'cot_summary',
]);

/** Of several reasons to end, the one that asks most of the client. */
const precedence = ['tool_calls', 'function_call', 'content_filter', 'length', 'stop'];

export function strongestFinish(reasons: readonly unknown[]): unknown {
  return precedence.find((reason) => reasons.includes(reason)) ?? reasons.find((reason) => reason != null) ?? null;
}

const knownFinishes: ReadonlySet<unknown> = new Set(precedence);

/**
 * What a client should read for `reason` beside so many tool calls: `stop` with a call, `tool_calls` without one and words
 * that nobody knows are all seen, and clients act on them.
 */
export function mendedFinish(reason: unknown, calls: number): string {
  if (calls > 0 && reason !== 'length' && reason !== 'content_filter') return 'tool_calls';
  return knownFinishes.has(reason) && reason !== 'tool_calls' ? String(reason) : 'stop';
}

/**
 * Tool calls of the choice at `position` are counted from here, so that calls of two choices never share an index.
 * The stream watch renumbers; in a whole completion the index means nothing.
 */
const callsPerChoice = 10_000;

/** One choice with everything that `choices` say; `member` is `delta` in a chunk and `message` in a completion. */
export function mergeChoices(choices: readonly unknown[], member: 'delta' | 'message'): JsonObject {
  const merged: Record<string, unknown> = {};
  const outer: Record<string, unknown> = {};
  for (const [position, entry] of choices.entries()) {
    const choice = objectOf(entry);
    for (const [key, value] of Object.entries(choice)) {
      if (key !== member && value != null && outer[key] == null) outer[key] = value;
    }
    for (const [key, value] of Object.entries(objectOf(choice[member] ?? choice['message']))) {
      if (value == null) merged[key] ??= value;
      else if (joinedMembers.has(key)) merged[key] = `${asText(merged[key])}${asText(value)}`;
      else if (Array.isArray(value))
        merged[key] = [...asList(merged[key]), ...value.map(shifted(key, choice, position))];
      else merged[key] = value;
    }
  }
  const finish = strongestFinish(choices.map((choice) => objectOf(choice)['finish_reason']));
  return { ...outer, index: 0, [member]: merged, finish_reason: finish };
}

function shifted(key: string, choice: JsonObject, position: number) {
  return (call: unknown): unknown =>
    key === 'tool_calls' && isObject(call) ? shiftedCall(call, choice, position) : call;
}

/** A call of the choice at `position`, under an index that no other choice has. */
export function shiftedCall(call: JsonObject, choice: JsonObject, position: number): JsonObject {
  const choiceIndex = typeof choice['index'] === 'number' && choice['index'] > 0 ? choice['index'] : position;
  if (typeof call['index'] !== 'number' || choiceIndex === 0) return call;
  return { ...call, index: choiceIndex * callsPerChoice + call['index'] };
}

/** A text to be continued: nothing, where there is none yet. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A whole completion with one choice that ends as it should; undefined where it is such a one already. */
export function mergeCompletion(completion: JsonObject): JsonObject | undefined {
  const choices = completion['choices'];
  if (!Array.isArray(choices) || choices.length === 0) return undefined;
  const choice = choices.length > 1 ? mergeChoices(choices, 'message') : objectOf(choices[0]);
  const finish = mendedFinish(choice['finish_reason'], asList(objectOf(choice['message'])['tool_calls']).length);
  if (choices.length === 1 && finish === choice['finish_reason']) return undefined;
  return { ...completion, choices: [{ ...choice, finish_reason: finish }] };
}
