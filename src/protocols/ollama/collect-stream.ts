/** Folds the lines of an answer into the one object that a caller who did not stream gets. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamCollector } from '../protocol.ts';
import type { OllamaKind } from './answer-line.ts';

export function createOllamaCollector(kind: OllamaKind): StreamCollector {
  let envelope: JsonObject = {};
  let text = '';
  let thoughts = '';
  let isDone = false;
  const calls: unknown[] = [];
  const logprobs: unknown[] = [];

  function take(said: JsonObject, member: string) {
    const { [member]: piece, thinking, tool_calls: called } = said;
    if (typeof piece === 'string') text += piece;
    if (typeof thinking === 'string') thoughts += thinking;
    if (Array.isArray(called)) calls.push(...(called as unknown[]));
  }

  return {
    push(payload) {
      if (!isObject(payload) || payload['error'] !== undefined || isDone) return;
      const { message, response: _response, thinking: _thinking, logprobs: listed, ...rest } = payload;
      if (kind === 'chat') take(objectOf(message), 'content');
      else take(payload, 'response');
      if (Array.isArray(listed)) logprobs.push(...(listed as unknown[]));
      isDone = rest['done'] === true;
      if (isDone) envelope = rest;
    },
    answer() {
      if (!isDone) return null;
      const { model, created_at: createdAt, ...rest } = envelope;
      const said = {
        ...(thoughts === '' ? {} : { thinking: thoughts }),
        ...(calls.length === 0 ? {} : { tool_calls: calls }),
      };
      const answer =
        kind === 'chat' ? { message: { role: 'assistant', content: text, ...said } } : { response: text, ...said };
      const told = logprobs.length === 0 ? {} : { logprobs };
      return JSON.stringify({ model, created_at: createdAt, ...answer, ...rest, ...told });
    },
  };
}
