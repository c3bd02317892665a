/** The errors of door and gateway in every protocol's words, as `faults.md` §1 and §3 have them. */
import type { ErrorWords } from './client-row.ts';

export const errorWords = {
  hostNotAllowed: {
    status: 403,
    openai: ['permission_error', 'host_not_allowed'],
    anthropic: 'permission_error',
    gemini: 'PERMISSION_DENIED',
  },
  wrongKey: {
    status: 401,
    openai: ['authentication_error', 'invalid_api_key'],
    anthropic: 'authentication_error',
    gemini: 'UNAUTHENTICATED',
  },
  unknownUrl: {
    status: 404,
    openai: ['invalid_request_error', 'unknown_url'],
    anthropic: 'not_found_error',
    gemini: 'NOT_FOUND',
  },
  wrongMethod: {
    status: 405,
    openai: ['invalid_request_error', 'method_not_allowed'],
    anthropic: 'invalid_request_error',
    gemini: 'INVALID_ARGUMENT',
  },
  wrongMedia: {
    status: 415,
    openai: ['invalid_request_error', 'unsupported_media_type'],
    anthropic: 'invalid_request_error',
    gemini: 'INVALID_ARGUMENT',
  },
  tooLarge: {
    status: 413,
    openai: ['invalid_request_error', 'request_too_large'],
    anthropic: 'request_too_large',
    gemini: 'INVALID_ARGUMENT',
  },
  invalidJson: {
    status: 400,
    openai: ['invalid_request_error', 'invalid_json'],
    anthropic: 'invalid_request_error',
    gemini: 'INVALID_ARGUMENT',
  },
  invalidRequest: {
    status: 400,
    openai: ['invalid_request_error', null],
    anthropic: 'invalid_request_error',
    gemini: 'INVALID_ARGUMENT',
  },
  modelNotFound: {
    status: 404,
    openai: ['invalid_request_error', 'model_not_found'],
    anthropic: 'not_found_error',
    gemini: 'NOT_FOUND',
  },
  previousResponseNotFound: {
    status: 400,
    openai: ['invalid_request_error', 'previous_response_not_found'],
    anthropic: 'invalid_request_error',
    gemini: 'INVALID_ARGUMENT',
  },
} as const satisfies Record<string, ErrorWords>;
