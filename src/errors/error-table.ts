/** Every way a call can fail, once: the status and words each protocol gives it, and what the user can do. */

/** One row: what an error code becomes at each door, and whether asking again can help. */
export interface ErrorRow {
  /** OpenAI faces: HTTP status, `error.type`, `error.code` (null where OpenAI itself sends none). */
  readonly openai: readonly [status: number, type: string, code: string | null];
  /** Responses only, where its status differs from the other OpenAI faces. */
  readonly responsesStatus?: number;
  /** Messages: HTTP status and `error.type`. */
  readonly anthropic: readonly [status: number, type: string];
  /** Gemini: HTTP status and the `google.rpc` name. */
  readonly gemini: readonly [status: number, rpc: string];
  /** Ollama has no error words, only a status. */
  readonly ollama: number;
  /** Whether the same request may succeed later. False sends `x-should-retry: false`. */
  readonly retryable: boolean;
  /** What to *do*, in one sentence, for the log and `doctor`. Never holds a secret. */
  readonly hint: string;
}

const invalid = (code: string | null, hint: string): ErrorRow => ({
  openai: [400, 'invalid_request_error', code],
  anthropic: [400, 'invalid_request_error'],
  gemini: [400, 'INVALID_ARGUMENT'],
  ollama: 400,
  retryable: false,
  hint,
});

const badGateway = (code: string, hint: string): ErrorRow => ({
  openai: [502, 'server_error', code],
  anthropic: [502, 'api_error'],
  gemini: [502, 'UNAVAILABLE'],
  ollama: 502,
  retryable: true,
  hint,
});

const overloaded = (code: string, hint: string): ErrorRow => ({
  openai: [503, 'server_error', code],
  anthropic: [529, 'overloaded_error'],
  gemini: [503, 'UNAVAILABLE'],
  ollama: 503,
  retryable: true,
  hint,
});

export const errorTable = {
  // What the caller sent
  invalid_json: invalid('invalid_json', 'Send one JSON object, encoded as UTF-8.'),
  invalid_request: invalid(null, 'Correct the field that the message names.'),
  context_length_exceeded: invalid('context_length_exceeded', 'Shorten or compact the conversation.'),
  previous_response_not_found: invalid('previous_response_not_found', 'Send the whole input again.'),
  content_filtered: invalid('content_filter', 'The upstream content filter refused this prompt.'),
  unsupported_endpoint: invalid(
    'unsupported_api_for_model',
    'Ask this model on an endpoint that it has (GET /v1/models lists them).',
  ),
  unsupported_media_type: {
    openai: [415, 'invalid_request_error', 'unsupported_media_type'],
    anthropic: [415, 'invalid_request_error'],
    gemini: [415, 'INVALID_ARGUMENT'],
    ollama: 415,
    retryable: false,
    hint: 'Send Content-Type: application/json, and at most one of gzip, deflate, br, zstd.',
  },
  request_too_large: {
    openai: [413, 'invalid_request_error', 'request_too_large'],
    anthropic: [413, 'request_too_large'],
    gemini: [413, 'INVALID_ARGUMENT'],
    ollama: 413,
    retryable: false,
    hint: 'Send less: fewer or smaller images, or a shorter conversation.',
  },
  unknown_url: {
    openai: [404, 'invalid_request_error', 'unknown_url'],
    anthropic: [404, 'not_found_error'],
    gemini: [404, 'NOT_FOUND'],
    ollama: 404,
    retryable: false,
    hint: 'Check the base URL: OpenAI tools want it with /v1, Anthropic tools without.',
  },
  method_not_allowed: {
    openai: [405, 'invalid_request_error', 'method_not_allowed'],
    anthropic: [405, 'invalid_request_error'],
    gemini: [405, 'INVALID_ARGUMENT'],
    ollama: 405,
    retryable: false,
    hint: 'Use the method that the Allow header names.',
  },
  model_not_found: {
    openai: [404, 'invalid_request_error', 'model_not_found'],
    anthropic: [404, 'not_found_error'],
    gemini: [404, 'NOT_FOUND'],
    ollama: 404,
    retryable: false,
    hint: 'Choose a model that the seat lists: GET /v1/models.',
  },
  not_found: {
    openai: [404, 'invalid_request_error', 'not_found'],
    anthropic: [404, 'not_found_error'],
    gemini: [404, 'NOT_FOUND'],
    ollama: 404,
    retryable: false,
    hint: 'There is nothing under this id.',
  },
  upgrade_not_supported: {
    openai: [426, 'invalid_request_error', 'upgrade_not_supported'],
    anthropic: [426, 'invalid_request_error'],
    gemini: [426, 'FAILED_PRECONDITION'],
    ollama: 426,
    retryable: false,
    hint: 'WebSocket is off: use HTTP on the same path.',
  },

  // The door
  host_not_allowed: {
    openai: [403, 'permission_error', 'host_not_allowed'],
    anthropic: [403, 'permission_error'],
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    retryable: false,
    hint: 'Call the proxy by its own loopback address, and not from a web page.',
  },
  invalid_api_key: {
    openai: [401, 'authentication_error', 'invalid_api_key'],
    anthropic: [401, 'authentication_error'],
    gemini: [401, 'UNAUTHENTICATED'],
    ollama: 401,
    retryable: false,
    hint: "Use the proxy's own key: `crossfeed keys show` prints it.",
  },
  key_not_allowed: {
    openai: [403, 'permission_error', 'key_not_allowed'],
    anthropic: [403, 'permission_error'],
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    retryable: false,
    hint: 'This key is for something else: `crossfeed keys list` says for what.',
  },
  model_not_allowed: {
    openai: [403, 'permission_error', 'model_not_allowed'],
    anthropic: [403, 'permission_error'],
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    retryable: false,
    hint: 'This key may use certain models only: GET /v1/models lists them.',
  },

  // The seat
  upstream_sign_in_required: {
    openai: [400, 'invalid_request_error', 'upstream_sign_in_required'],
    anthropic: [403, 'permission_error'],
    gemini: [400, 'FAILED_PRECONDITION'],
    ollama: 403,
    retryable: false,
    hint: 'Sign in again with `crossfeed login`, or set CROSSFEED_GITHUB_TOKEN to a fresh token and start again.',
  },
  insufficient_quota: {
    openai: [402, 'insufficient_quota', 'insufficient_quota'],
    responsesStatus: 400,
    anthropic: [402, 'billing_error'],
    gemini: [402, 'FAILED_PRECONDITION'],
    ollama: 402,
    retryable: false,
    hint: 'The Copilot credits are used up: raise the limit at GitHub or wait for the reset.',
  },
  stopped_by_owner: {
    openai: [403, 'permission_error', 'stopped_by_owner'],
    anthropic: [403, 'permission_error'],
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    retryable: false,
    hint: 'The owner of the proxy ended this call in the dashboard.',
  },
  approval_denied: {
    openai: [403, 'permission_error', 'approval_denied'],
    anthropic: [403, 'permission_error'],
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    retryable: false,
    hint: 'The owner of the seat was asked and did not allow this call: `crossfeed approvals watch` shows who waits.',
  },
  upstream_forbidden: {
    openai: [403, 'permission_error', 'upstream_forbidden'],
    anthropic: [403, 'permission_error'],
    gemini: [403, 'PERMISSION_DENIED'],
    ollama: 403,
    retryable: false,
    hint: 'GitHub refuses this for the seat: check plan and policies in the Copilot settings.',
  },
  rate_limited: {
    openai: [429, 'rate_limit_error', 'rate_limit_exceeded'],
    anthropic: [429, 'rate_limit_error'],
    gemini: [429, 'RESOURCE_EXHAUSTED'],
    ollama: 429,
    retryable: true,
    hint: 'Wait as long as Retry-After says.',
  },

  // The upstream
  upstream_timeout: {
    openai: [504, 'server_error', 'upstream_timeout'],
    anthropic: [504, 'timeout_error'],
    gemini: [504, 'DEADLINE_EXCEEDED'],
    ollama: 504,
    retryable: true,
    hint: 'The upstream did not answer in time; the call was given up.',
  },
  upstream_overloaded: overloaded('overloaded', 'The model is overloaded at the provider; try again later.'),
  upstream_unreachable: badGateway('upstream_unreachable', 'Check the network, the proxy settings and TLS.'),
  upstream_error: badGateway('upstream_error', 'The upstream failed; nothing is wrong with the request.'),
  upstream_invalid_response: badGateway('invalid_response', 'The upstream answered something that is not its API.'),
  upstream_truncated: badGateway('upstream_truncated', 'The upstream broke off before its answer was complete.'),
  upstream_stalled: badGateway('upstream_stalled', 'The upstream went silent in the middle of its answer.'),
  invalid_utf8: badGateway('invalid_utf8', 'The upstream sent bytes that are not UTF-8.'),
  empty_response: badGateway('empty_response', 'The upstream closed its answer without sending anything.'),
  not_an_api_response: badGateway(
    'not_an_api_response',
    'A web page came instead of the API: captive portal or proxy?',
  ),
  misdirected: badGateway('misdirected', 'The seat belongs to another host: check the plan and the endpoint settings.'),
  tls_error: badGateway(
    'upstream_tls_error',
    'TLS failed: check the clock, and NODE_EXTRA_CA_CERTS behind TLS inspection.',
  ),

  // Ourselves
  overloaded: overloaded('overloaded', 'The proxy is at its limit; try again after Retry-After.'),
  ledger_unwritable: overloaded(
    'ledger_unwritable',
    'Make room on the disk of the ledger, or end what locks it: `crossfeed doctor` looks.',
  ),
  draining: overloaded('overloaded', 'The proxy is shutting down.'),
  not_supported: {
    openai: [501, 'invalid_request_error', 'not_supported'],
    anthropic: [501, 'invalid_request_error'],
    gemini: [501, 'UNIMPLEMENTED'],
    ollama: 501,
    retryable: false,
    hint: 'This proxy does not offer that.',
  },
  internal_error: {
    openai: [500, 'server_error', 'internal_error'],
    anthropic: [500, 'api_error'],
    gemini: [500, 'INTERNAL'],
    ollama: 500,
    retryable: false,
    hint: 'A fault of the proxy itself: please report it with the exchange id.',
  },
  /** The caller left. Never sent to anybody; it names the ending in logs and events. */
  canceled: {
    openai: [499, 'canceled', 'canceled'],
    anthropic: [499, 'canceled'],
    gemini: [499, 'CANCELLED'],
    ollama: 499,
    retryable: false,
    hint: 'The client closed the connection.',
  },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof errorTable;

/** The row of a code, typed as a row (the literal types of the table are for its keys). */
export function errorRow(code: ErrorCode): ErrorRow {
  return errorTable[code];
}

/** What a person can do about it; null where the message says it already. */
export function hintOf(code: ErrorCode, message: string): string | null {
  return message.includes('`crossfeed ') ? null : errorTable[code].hint;
}
