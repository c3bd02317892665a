/** Folds a Completions stream into the completion that a caller who did not stream gets. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamCollector } from '../protocol.ts';

export function createCompletionsCollector(): StreamCollector {
  let envelope: JsonObject = {};
  let text = '';
  let ending: unknown = null;
  return {
    push(payload) {
      if (!isObject(payload)) return;
      const { choices, ...rest } = payload;
      envelope = { ...envelope, ...rest };
      const [choice] = Array.isArray(choices) ? (choices as readonly unknown[]) : [];
      const { text: piece, finish_reason: reason } = objectOf(choice);
      if (typeof piece === 'string') text += piece;
      ending = reason ?? ending;
    },
    answer() {
      if (ending === null) return null;
      return JSON.stringify({ ...envelope, choices: [{ text, index: 0, logprobs: null, finish_reason: ending }] });
    },
  };
}
