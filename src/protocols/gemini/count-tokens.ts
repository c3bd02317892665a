/** A request to count tokens as the request whose tokens are to be counted. */
import { isObject, type JsonObject } from '../../canonical/json-value.ts';
import { camelCased } from './proto-json.ts';

/** `contents` alone, or a whole request in `generateContentRequest`; the model is the one that is asked for outside. */
export function decodeGeminiCount(view: JsonObject): JsonObject {
  const { generateContentRequest: request, ...outer } = camelCased(view);
  if (!isObject(request)) return outer;
  const { model } = outer;
  return model === undefined ? camelCased(request) : { ...camelCased(request), model };
}
