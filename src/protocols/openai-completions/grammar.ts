/** Holds a Completions stream to its grammar: chunks of one choice, one finish, usage behind it, the mark of the end. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
import type { GrammarChecker } from '../protocol.ts';
import { endingOf } from './finish-reason.ts';

const endings: ReadonlySet<unknown> = new Set(Object.values(endingOf));

export function createCompletionsGrammar(): GrammarChecker {
  let place: 'within' | 'finished' | 'counted' | 'behind' | 'failed' = 'within';
  let identity: string | undefined;

  function takeChoice(choice: unknown): string | null {
    const { text, index, finish_reason: reason } = objectOf(choice);
    if (place !== 'within') return 'more of the answer behind its finish';
    if (typeof text !== 'string' || index !== 0) return 'not one text at index 0';
    if (reason === null) return null;
    place = 'finished';
    return endings.has(reason) ? null : `no such finish_reason: ${JSON.stringify(reason)}`;
  }

  function takeUsage(usage: unknown): string | null {
    if (place !== 'finished') return 'usage that does not stand behind the finish';
    place = 'counted';
    return isObject(usage) ? null : 'a chunk without choices and usage';
  }

  return {
    push(payload) {
      if (place === 'behind' || place === 'failed') return 'something behind the end';
      if (payload === '[DONE]') {
        const wasFinished = place !== 'within';
        place = 'behind';
        return wasFinished ? null : '[DONE] without a finish';
      }
      if (!isObject(payload)) return 'an event that is no object';
      const { error, id, object, created, model, choices, usage } = payload;
      if (error !== undefined) {
        place = 'failed';
        return typeof objectOf(error)['message'] === 'string' ? null : 'an error that says nothing';
      }
      if (object !== 'text_completion') return `no such object: ${String(object)}`;
      const named = JSON.stringify([id, created, model]);
      if (typeof id !== 'string' || (identity ??= named) !== named) return 'a chunk of another stream';
      if (!Array.isArray(choices) || choices.length > 1) return 'not one choice';
      return choices.length === 0 ? takeUsage(usage) : takeChoice(choices[0]);
    },
    end: () => (place === 'behind' || place === 'failed' ? null : 'the stream has no end'),
  };
}
