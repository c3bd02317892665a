/** Holds a Chat Completions stream to its grammar: one choice, one role, one finish, usage behind it, and the mark of the end. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { GrammarChecker } from '../protocol.ts';
import { endingOf } from './finish-reason.ts';

const finishes: ReadonlySet<unknown> = new Set(Object.values(endingOf).map(({ reason }) => reason));

/** Members of a delta that hold a text. */
const texts = ['content', 'refusal', 'reasoning_text', 'reasoning_opaque'];

export function createChatGrammar(): GrammarChecker {
  let place: 'before' | 'within' | 'finished' | 'counted' | 'behind' | 'failed' = 'before';
  let identity: string | null = null;
  let calls = 0;
  let isSealed = false;

  function takeChunk(chunk: JsonObject): string | null {
    const { id, object, created, model, choices } = chunk;
    if (object !== 'chat.completion.chunk') return `no such object: ${String(object)}`;
    if (typeof id !== 'string' || typeof created !== 'number' || typeof model !== 'string')
      return 'a chunk without id, created or model';
    const named = JSON.stringify([id, created, model]);
    if (identity !== null && named !== identity) return 'a chunk of another stream';
    identity = named;
    if (!Array.isArray(choices)) return 'a chunk without choices';
    if (choices.length === 0) return takeUsage(chunk);
    if (choices.length > 1 || !isObject(choices[0]) || choices[0]['index'] !== 0) return 'not one choice at index 0';
    return takeChoice(choices[0]);
  }

  function takeUsage({ usage }: JsonObject): string | null {
    if (place !== 'finished') return `usage ${place === 'counted' ? 'twice' : 'before the finish'}`;
    place = 'counted';
    const { prompt_tokens_details: prompt, completion_tokens_details: completion } = objectOf(usage);
    return isObject(prompt) && isObject(completion) ? null : 'usage without its details';
  }

  function takeChoice({ delta, finish_reason: reason }: JsonObject): string | null {
    if (place !== 'before' && place !== 'within') return 'more of the answer behind its finish';
    if (!isObject(delta)) return 'a choice without a delta';
    if ((place === 'before') !== (delta['role'] === 'assistant'))
      return 'the role stands in the first chunk, and there alone';
    place = 'within';
    const wrong = takeDelta(delta);
    if (wrong !== null || reason === null) return wrong;
    if (!finishes.has(reason)) return `no such finish_reason: ${JSON.stringify(reason)}`;
    place = 'finished';
    if (reason === 'tool_calls' && calls === 0) return 'finish_reason tool_calls without a call';
    return reason === 'stop' && calls > 0 ? 'finish_reason stop behind a call' : null;
  }

  function takeDelta(delta: JsonObject): string | null {
    const bad = texts.find((member) => delta[member] != null && typeof delta[member] !== 'string');
    if (bad !== undefined) return `${bad} that is no text`;
    if (isSealed && Object.keys(delta).length > 0) return 'more of the answer behind its seal';
    if (delta['reasoning_opaque'] != null) isSealed = true;
    const { tool_calls: listed } = delta;
    if (listed === undefined) return null;
    if (!Array.isArray(listed)) return 'tool_calls that are no list';
    for (const call of listed) {
      const wrong = takeCall(objectOf(call));
      if (wrong !== null) return wrong;
    }
    return null;
  }

  function takeCall({ index, id, type, function: told, custom }: JsonObject): string | null {
    const { name, arguments: json } = objectOf(told);
    const { name: customName, input } = objectOf(custom);
    if (typeof (json ?? input) !== 'string') return 'a call that adds no text';
    if (typeof index !== 'number' || index > calls) return `the index of a call is ${String(index)}, not ${calls}`;
    if (index < calls) return id === undefined && name === undefined ? null : 'a call that begins twice';
    calls += 1;
    if (type !== 'function' && type !== 'custom') return `no such call: ${String(type)}`;
    return typeof id === 'string' && id !== '' && typeof (name ?? customName) === 'string'
      ? null
      : 'a call that begins without id or name';
  }

  return {
    push(payload) {
      if (place === 'behind' || place === 'failed') return 'something behind the end';
      if (payload === '[DONE]') {
        const wasFinished = place === 'finished' || place === 'counted';
        place = 'behind';
        return wasFinished ? null : '[DONE] without a finish';
      }
      if (!isObject(payload)) return 'an event that is no object';
      if (payload['error'] === undefined) return takeChunk(payload);
      place = 'failed';
      return typeof objectOf(payload['error'])['message'] === 'string' ? null : 'an error that says nothing';
    },
    end: () => (place === 'behind' || place === 'failed' ? null : 'the stream has no end'),
  };
}
