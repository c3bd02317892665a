/** What the lines of `/api/chat` and `/api/generate` say to a strict reader, by Ollama's documentation alone. */
import { parseExactJson } from '../../src/framing/latin1-json.ts';
import { parsed, type Json, type Reading, type Seen } from './stream-reading.ts';

const counts = ['total_duration', 'load_duration', 'prompt_eval_count', 'eval_count', 'eval_duration'] as const;

export function readOllama(reading: Reading): (seen: Seen) => void {
  const breach = (sentence: string) => void reading.breaches.push(sentence);

  function readCalls(calls: unknown, told: Json) {
    if (!Array.isArray(calls) || calls.length === 0) return breach('calls that are none');
    for (const [at, { id, function: called }] of calls.entries()) {
      const { name, arguments: args } = called;
      if (typeof name !== 'string' || name === '') breach('a call without a name');
      if (typeof args !== 'object' || args === null || Array.isArray(args)) breach('arguments that are no object');
      const text = JSON.stringify(told[at].function.arguments);
      reading.calls.set(reading.calls.size, { id, name, arguments: text });
    }
  }

  return ({ data }) => {
    const line = parsed(reading, data);
    if (line.error !== undefined) {
      reading.ending = 'failed';
      if (typeof line.error !== 'string' || line.error === '') breach('an error without words');
      if (Object.keys(line as object).length !== 1) breach('an error beside something else');
      return;
    }
    const { model, created_at: createdAt, done, message, response } = line;
    if (typeof model !== 'string' || Number.isNaN(Date.parse(String(createdAt))))
      breach('a line without model or time');
    const said = message === undefined ? response : message.content;
    if (typeof said !== 'string') return breach('a line without a text');
    reading.text += said;
    if (message?.tool_calls !== undefined) {
      const exact: Json = parseExactJson(data);
      readCalls(message.tool_calls, exact.message.tool_calls);
    }
    if (done !== true) {
      if (done !== false) breach('a line that does not say whether it is the last');
      return;
    }
    if (typeof line.done_reason !== 'string') breach('an end without a reason');
    for (const count of counts) if (!Number.isInteger(line[count])) breach(`no ${count} at the end`);
    reading.reason = line.done_reason;
    reading.ending = 'finished';
  };
}
