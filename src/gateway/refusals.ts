/** Requests that would come back wrong or not at all, and are refused here with the reason. */
import { objectOf, type JsonObject } from '../canonical/json-value.ts';
import { isClaude, type Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { utf8Text } from './latin1-view.ts';

/** Errors: `previous_response_not_found`, `invalid_request`. */
export function refuseUnservable(endpoint: Endpoint, view: JsonObject, model: Model) {
  const previous = view['previous_response_id'];
  if (endpoint === '/responses' && previous != null) {
    const id = typeof previous === 'string' ? utf8Text(previous).slice(0, 100) : 'of another type';
    throw new ProxyError(
      'previous_response_not_found',
      `Previous response with id '${id}' not found: send the whole input.`,
      {
        param: 'previous_response_id',
      },
    );
  }
  if (endpoint === '/embeddings') refuseManyInputs(view['input'], model);
  // Observed: Claude behind Chat Completions ignores a schema and answers in prose, which looks like success.
  if (endpoint === '/chat/completions' && isClaude(model)) {
    if (objectOf(view['response_format'])['type'] !== 'json_schema') return;
    throw new ProxyError(
      'invalid_request',
      `response_format: model '${model.id}' drops json_schema on this endpoint; use output_config.format on /v1/messages.`,
      { param: 'response_format' },
    );
  }
}

/** Several calls in place of one would be several generations: the caller is told the bound and splits. */
function refuseManyInputs(input: unknown, { id, limits: { embeddingInputs: most } }: Model) {
  if (most === undefined || !Array.isArray(input) || input.length <= most) return;
  throw new ProxyError(
    'invalid_request',
    `input: ${input.length} inputs, but model '${id}' takes ${most} in one call.`,
    {
      param: 'input',
    },
  );
}
