/** How the faces say that a call failed, by `faults.md` §1: copied from there, not from the code under test. */

/** The codes that a bad gateway may have, so that a reader knows what broke. */
export const badGatewayCodes: readonly string[] = [
  'upstream_unreachable',
  'upstream_error',
  'invalid_response',
  'upstream_truncated',
  'upstream_stalled',
  'invalid_utf8',
  'empty_response',
  'not_an_api_response',
  'misdirected',
  'upstream_tls_error',
];

/** By status: `error.type` and `error.code` of the OpenAI faces (undefined where a row names it), `error.type` of Messages, `error.status` of Gemini. */
export const failureWords: Readonly<
  Record<number, { openai: readonly [string, string?]; anthropic: string; gemini?: string }>
> = {
  400: { openai: ['invalid_request_error'], anthropic: 'invalid_request_error', gemini: 'INVALID_ARGUMENT' },
  402: {
    openai: ['insufficient_quota', 'insufficient_quota'],
    anthropic: 'billing_error',
    gemini: 'FAILED_PRECONDITION',
  },
  403: {
    openai: ['permission_error', 'upstream_forbidden'],
    anthropic: 'permission_error',
    gemini: 'PERMISSION_DENIED',
  },
  404: { openai: ['invalid_request_error', 'model_not_found'], anthropic: 'not_found_error', gemini: 'NOT_FOUND' },
  429: {
    openai: ['rate_limit_error', 'rate_limit_exceeded'],
    anthropic: 'rate_limit_error',
    gemini: 'RESOURCE_EXHAUSTED',
  },
  502: { openai: ['server_error'], anthropic: 'api_error', gemini: 'UNAVAILABLE' },
  503: { openai: ['server_error', 'overloaded'], anthropic: 'api_error', gemini: 'UNAVAILABLE' },
  504: { openai: ['server_error', 'upstream_timeout'], anthropic: 'timeout_error', gemini: 'DEADLINE_EXCEEDED' },
  529: { openai: ['server_error', 'overloaded'], anthropic: 'overloaded_error' },
};
