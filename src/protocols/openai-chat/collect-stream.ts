/** Folds a Chat Completions stream into the completion that a caller who did not stream gets. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamCollector } from '../protocol.ts';
import { asText, joinedMembers, mendedFinish } from './merge-choices.ts';

interface Choice {
  readonly index: number;
  readonly message: Record<string, unknown>;
  readonly toolCalls: Record<string, unknown>[];
  /** The call that each index of the wire means at present. */
  readonly openCalls: Map<number, Record<string, unknown>>;
  finishReason: unknown;
  readonly logprobs: unknown[];
}

/** `mintToolCallId` makes the id of the call at an index where the upstream gave none. */
export function createChatCollector(mintToolCallId: (index: number) => string): StreamCollector {
  let envelope: Record<string, unknown> = {};
  const choices = new Map<number, Choice>();
  let done = false;

  function choiceAt(index: number): Choice {
    let choice = choices.get(index);
    if (!choice) {
      choice = {
        index,
        message: { role: 'assistant', content: null },
        toolCalls: [],
        openCalls: new Map(),
        finishReason: null,
        logprobs: [],
      };
      choices.set(index, choice);
    }
    return choice;
  }

  function extend(choice: Choice, delta: JsonObject) {
    for (const [key, value] of Object.entries(delta)) {
      if (value == null) continue;
      if (key === 'tool_calls' && Array.isArray(value)) for (const call of value) extendCall(choice, objectOf(call));
      else if (joinedMembers.has(key) && typeof value === 'string')
        choice.message[key] = `${asText(choice.message[key])}${value}`;
      else if (Array.isArray(value)) choice.message[key] = [...listOf(choice.message[key]), ...(value as unknown[])];
      else choice.message[key] = value;
    }
  }

  function extendCall(choice: Choice, delta: JsonObject) {
    const index = typeof delta['index'] === 'number' ? delta['index'] : Math.max(0, choice.toolCalls.length - 1);
    let call = choice.openCalls.get(index);
    const id = asText(delta['id']);
    // Another id under the same index is another call: observed on Claude's parallel calls.
    if (!call || (id !== '' && asText(call['id']) !== '' && call['id'] !== id)) {
      call = isObject(delta['custom'])
        ? { type: 'custom', custom: { name: '', input: '' } }
        : { type: 'function', function: { name: '', arguments: '' } };
      choice.toolCalls.push(call);
      choice.openCalls.set(index, call);
    }
    const [kind, input] = call['type'] === 'custom' ? ['custom', 'input'] : ['function', 'arguments'];
    const before = objectOf(call[kind]);
    const { name, [input]: pieces, ...rest } = objectOf(delta[kind]);
    const { index: _index, [kind]: _told, ...outer } = delta;
    Object.assign(call, withoutNulls(outer), {
      [kind]: {
        ...before,
        ...rest,
        name: asText(name) === '' ? before['name'] : name,
        [input]: `${asText(before[input])}${asText(pieces)}`,
      },
    });
  }

  return {
    push(payload) {
      if (payload === '[DONE]') done = true;
      if (done || !isObject(payload)) return;
      const { choices: list, ...rest } = payload;
      // Azure's first chunk has an empty identity, which must not stand over the true one.
      for (const [key, value] of Object.entries(rest))
        if (value != null && value !== '' && value !== 0) envelope[key] = value;
      for (const entry of Array.isArray(list) ? list : []) {
        const { index, delta, message, finish_reason: reason, logprobs } = objectOf(entry);
        const choice = choiceAt(typeof index === 'number' ? index : 0);
        extend(choice, objectOf(delta ?? message));
        if (reason != null) choice.finishReason = reason;
        const content = objectOf(logprobs)['content'];
        if (Array.isArray(content)) choice.logprobs.push(...content);
      }
    },
    answer() {
      const all = [...choices.values()];
      if (all.length === 0 || (!done && all.some((choice) => choice.finishReason === null))) return null;
      if (all.some((choice) => choice.finishReason === null && choice.toolCalls.length > 0)) return null;
      envelope = { id: '', created: 0, model: '', ...envelope, object: 'chat.completion' };
      return JSON.stringify({ ...envelope, choices: all.map((choice) => wireChoice(choice, mintToolCallId)) });
    },
  };
}

function wireChoice(choice: Choice, mintToolCallId: (index: number) => string) {
  const calls = choice.toolCalls.map((call, index) => ({ ...call, id: asText(call['id']) || mintToolCallId(index) }));
  const message = calls.length === 0 ? choice.message : { ...choice.message, tool_calls: calls };
  return {
    index: choice.index,
    message,
    finish_reason: mendedFinish(choice.finishReason, calls.length),
    logprobs: choice.logprobs.length === 0 ? null : { content: choice.logprobs, refusal: null },
  };
}

function withoutNulls(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value != null));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
