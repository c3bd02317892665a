/** How many output tokens the first events of a stream hold: what an answer that broke off is billed for. */
import type { Frame } from './event-writer.ts';
import { arrayOf, objectOf, parseJson, stringOf, type JsonObject } from './json-value.ts';

export function writtenTokens(frames: Iterable<Frame>, events: number): number {
  let bytes = 0;
  let left = events;
  for (const { text } of frames) {
    if (left <= 0) break;
    left -= 1;
    bytes += Buffer.byteLength(deltaText(objectOf(parseJson(text.slice(text.indexOf('data: ') + 6)))));
  }
  return Math.ceil(bytes / 4);
}

/** The generated text of an event, in the words of all three protocols. */
function deltaText(payload: JsonObject): string {
  const { type, delta } = payload;
  // Responses repeats the whole text in its `done` events: only deltas count.
  if (typeof delta === 'string') return delta;
  if (type === 'content_block_delta')
    return stringOf(objectOf(delta)['text'] ?? objectOf(delta)['thinking'] ?? objectOf(delta)['partial_json']);
  const spoken = objectOf(objectOf(arrayOf(payload['choices'])[0])['delta']);
  const calls = arrayOf(spoken['tool_calls']).map((call) => objectOf(objectOf(call)['function']));
  const said = calls.map((call) => stringOf(call['name']) + stringOf(call['arguments'])).join('');
  return stringOf(spoken['content']) + stringOf(spoken['reasoning_text']) + said;
}
