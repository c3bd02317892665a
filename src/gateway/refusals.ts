/** Requests that would come back wrong or not at all, and are refused here with the reason. */
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import { isClaude, type Model } from '../canonical/model.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import { endpointTakes, needsDocuments } from '../media/endpoint-media.ts';
import { findMedia } from '../media/find-media.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { asksForGeminiSchema } from '../protocols/gemini/decode-generation.ts';
import type { InferenceRoute } from './gateway.ts';
import { utf8Text } from './latin1-view.ts';

/** Errors: `previous_response_not_found`: nothing is stored that could be gone on from. */
export function refuseContinuation({ protocol }: Pick<InferenceRoute, 'protocol'>, view: JsonObject) {
  const previous = view['previous_response_id'];
  if (protocol !== 'openai-responses' || previous == null) return;
  const id = typeof previous === 'string' ? utf8Text(previous).slice(0, 100) : 'of another type';
  throw new ProxyError(
    'previous_response_not_found',
    `Previous response with id '${id}' not found: send the whole input.`,
    { param: 'previous_response_id' },
  );
}

/** Observed: Claude behind Chat Completions ignores a schema and answers in prose, which looks like success. */
function dropsSchemas(endpoint: Endpoint, model: Model): boolean {
  return endpoint === '/chat/completions' && isClaude(model);
}

/** Where something that a request asks for would be dropped: other endpoints come first. */
export function lossyEndpoints(protocol: ProtocolId, view: JsonObject, model: Model): ReadonlySet<Endpoint> {
  const asksSchema = asksForSchema(protocol, view);
  // Where there is no other endpoint, nothing is to be chosen.
  const hasDocuments = model.endpoints.length > 1 && needsDocuments(findMedia(protocol, view));
  const lossy = model.endpoints.filter(
    (endpoint) => (asksSchema && dropsSchemas(endpoint, model)) || (hasDocuments && !endpointTakes[endpoint].documents),
  );
  return new Set(lossy);
}

export function asksForSchema(protocol: ProtocolId, view: JsonObject): boolean {
  switch (protocol) {
    case 'openai-chat':
      return objectOf(view['response_format'])['type'] === 'json_schema';
    case 'openai-responses':
      return objectOf(objectOf(view['text'])['format'])['type'] === 'json_schema';
    case 'anthropic-messages':
      return view['output_format'] != null || objectOf(view['output_config'])['format'] != null;
    case 'gemini':
      return asksForGeminiSchema(view);
    case 'ollama':
    case 'ollama-generate':
      // An empty one asks for any JSON.
      return Object.keys(objectOf(view['format'])).length > 0;
    case 'openai-completions':
      return false;
  }
}

/** `view` is in the endpoint's words. Errors: `invalid_request`. */
export function refuseUnservable(endpoint: Endpoint, view: JsonObject, model: Model) {
  if (endpoint === '/embeddings') refuseManyInputs(view['input'], model);
  if (!dropsSchemas(endpoint, model) || !asksForSchema('openai-chat', view)) return;
  throw new ProxyError(
    'invalid_request',
    `response_format: model '${model.id}' drops json_schema on its only endpoint, ${endpoint}.`,
    { param: 'response_format' },
  );
}

/** Several calls in place of one would be several generations: the caller is told the bound and splits. */
function refuseManyInputs(input: unknown, { id, limits: { embeddingInputs: most } }: Model) {
  if (most === undefined || !Array.isArray(input) || input.length <= most) return;
  throw new ProxyError(
    'invalid_request',
    `input: ${input.length} inputs, but model '${id}' takes ${most} in one call.`,
    { param: 'input' },
  );
}
