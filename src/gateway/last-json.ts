/** The JSON of an answer in one piece, or that of the last event of a stream that speaks of something. */
import { objectOf, parseJson, type JsonObject } from '../canonical/json-value.ts';

export function lastJson(text: string, word: string): JsonObject {
  const whole = objectOf(parseJson(text));
  if (Object.keys(whole).length > 0) return whole;
  const line = text
    .split(/\r?\n/)
    .findLast((one) => one.startsWith('data:') && one.includes(`"${word}"`) && !one.includes('[DONE]'));
  return line === undefined ? {} : objectOf(parseJson(line.slice('data:'.length)));
}
