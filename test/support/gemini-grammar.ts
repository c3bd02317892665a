/** What a Gemini stream says to a strict reader, by Google's documentation alone: its payloads, however they are framed. */
import { parseExactJson } from '../../src/framing/latin1-json.ts';
import { parsed, type Json, type Reading, type Seen } from './stream-reading.ts';

/** `google.rpc.Code` by the status that goes with it. */
const codes: Readonly<Record<string, readonly string[]>> = {
  400: ['INVALID_ARGUMENT', 'FAILED_PRECONDITION'],
  402: ['FAILED_PRECONDITION'],
  403: ['PERMISSION_DENIED'],
  404: ['NOT_FOUND'],
  429: ['RESOURCE_EXHAUSTED'],
  500: ['INTERNAL'],
  502: ['UNAVAILABLE'],
  503: ['UNAVAILABLE'],
  504: ['DEADLINE_EXCEEDED'],
};

export function readGemini(reading: Reading): (seen: Seen) => void {
  const breach = (sentence: string) => void reading.breaches.push(sentence);
  let identity: unknown;

  function readPart(part: Json, told: Json) {
    const { text, thought, functionCall: call } = part;
    if (call !== undefined) {
      const { id, name, args } = call;
      if (typeof name !== 'string' || name === '') breach('a call without a name');
      if (typeof args !== 'object' || args === null || Array.isArray(args)) breach('arguments that are no object');
      if (text !== undefined) breach('a call that is a text');
      reading.calls.set(reading.calls.size, { id, name, arguments: JSON.stringify(told.functionCall.args) });
      return;
    }
    if (typeof text !== 'string') breach(`a part that says nothing: ${JSON.stringify(part)}`);
    else if (thought !== true) reading.text += text;
  }

  return ({ event, data }) => {
    if (event !== undefined) breach(`an event with the name ${event}`);
    const chunk = parsed(reading, data);
    if (chunk.error !== undefined) {
      reading.ending = 'failed';
      const { code, message, status } = chunk.error;
      if (typeof message !== 'string' || message === '') breach('an error without words');
      if (codes[code]?.includes(status) !== true) breach(`an error of ${code} that is ${status}`);
      return;
    }
    const { candidates, modelVersion, responseId } = chunk;
    identity ??= `${modelVersion} ${responseId}`;
    if (identity !== `${modelVersion} ${responseId}`) breach('a chunk of another answer');
    if (!Array.isArray(candidates) || candidates.length !== 1) return breach('a chunk without its candidate');
    const [{ content, finishReason }] = candidates;
    // The SDK's chat throws a turn away for one content without parts, or with an empty one among them.
    if (!Array.isArray(content?.parts) || content.parts.length === 0) return breach('a content without parts');
    if (content.role !== 'model') breach(`a content of ${content.role}`);
    const exact: Json = parseExactJson(data);
    for (const [at, part] of content.parts.entries()) readPart(part, exact.candidates[0].content.parts[at]);
    if (finishReason === undefined) return;
    reading.reason = finishReason;
    reading.ending = 'finished';
  };
}
