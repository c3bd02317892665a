/** Holds a Gemini stream to its grammar: chunks of one candidate with whole parts, the last with its finish reason. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { GrammarChecker } from '../protocol.ts';
import { endingOf } from './finish-reason.ts';

const endings: ReadonlySet<unknown> = new Set(Object.values(endingOf).map(({ reason }) => reason));

export function createGeminiGrammar(): GrammarChecker {
  let place: 'within' | 'finished' | 'failed' = 'within';
  let identity: string | undefined;

  function takeChunk(chunk: JsonObject): string | null {
    const { candidates, modelVersion, responseId, usageMetadata: usage } = chunk;
    const named = JSON.stringify([modelVersion, responseId]);
    if (typeof modelVersion !== 'string' || typeof responseId !== 'string') return 'a chunk without its model or id';
    if ((identity ??= named) !== named) return 'a chunk of another stream';
    if (!Array.isArray(candidates) || candidates.length !== 1) return 'not one candidate';
    const fault = takeCandidate(objectOf(candidates[0]));
    return fault ?? (usage === undefined ? null : usageFault(objectOf(usage)));
  }

  function takeCandidate({ content, index, finishReason: reason }: JsonObject): string | null {
    if (index !== 0) return 'a candidate that is not at index 0';
    const { role, parts } = objectOf(content);
    if (role !== 'model') return `a candidate of the role ${String(role)}`;
    // SDKs throw a whole turn away for one chunk without parts.
    if (!Array.isArray(parts) || parts.length === 0) return 'a candidate without parts';
    for (const part of parts) {
      const fault = partFault(objectOf(part));
      if (fault !== null) return fault;
    }
    if (reason === undefined) return null;
    place = 'finished';
    return endings.has(reason) ? null : `no such finishReason: ${JSON.stringify(reason)}`;
  }

  return {
    push(payload) {
      if (place !== 'within') return 'something behind the end';
      if (!isObject(payload)) return 'an event that is no object';
      const { error } = payload;
      if (error === undefined) return takeChunk(payload);
      place = 'failed';
      const { code, message, status } = objectOf(error);
      const says = typeof code === 'number' && typeof message === 'string' && typeof status === 'string';
      return says ? null : 'an error that says nothing';
    },
    end: () => (place === 'within' ? 'the stream has no end' : null),
  };
}

function partFault(part: JsonObject): string | null {
  const { text, thought, functionCall: call, thoughtSignature: signature, ...others } = part;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) return `a part with ${stranger}`;
  if ((text === undefined) === (call === undefined)) return 'a part that is not one text or one call';
  if (signature !== undefined && (typeof signature !== 'string' || !/^[\w+/]+={0,2}$/.test(signature)))
    return 'a signature that is no base64';
  if (call === undefined) {
    if (thought !== undefined && thought !== true) return 'a thought that is none';
    return typeof text === 'string' ? null : 'a text that is none';
  }
  if (thought !== undefined) return 'a call that is a thought';
  const { id, name, args } = objectOf(call);
  if (typeof name !== 'string' || name === '') return 'a call without a name';
  if (typeof id !== 'string' || id === '') return 'a call without an id';
  return isObject(args) ? null : 'arguments that are no object';
}

function usageFault(usage: JsonObject): string | null {
  const counts = ['promptTokenCount', 'candidatesTokenCount', 'thoughtsTokenCount', 'totalTokenCount'].map(
    (member) => usage[member],
  );
  if (!counts.every((count) => typeof count === 'number')) return 'usage without one of its counts';
  const [prompt = 0, answer = 0, thoughts = 0, total = 0] = counts;
  return prompt + answer + thoughts === total ? null : 'usage that does not add up';
}
