/** Errors as Gemini clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import { errorHeaders, retryAfterMsOf } from '../error-headers.ts';
import { errorMessage } from '../error-message.ts';
import type { ErrorEncoder } from '../protocol.ts';

export const geminiErrors: ErrorEncoder = {
  id: 'gemini',
  encodeError: (error) => ({
    status: errorRow(error.code).gemini[0],
    headers: errorHeaders(error),
    body: JSON.stringify(geminiErrorBody(error)),
  }),
};

/** Also what a stream says that fails. */
export function geminiErrorBody(error: ProxyError) {
  const [code, status] = errorRow(error.code).gemini;
  return { error: { code, message: errorMessage(error), status, ...retryInfo(error) } };
}

/** Google's own word for the wait: Gemini CLI reads it here, and not in Retry-After. */
function retryInfo(error: ProxyError) {
  const waitMs = retryAfterMsOf(error);
  if (waitMs === undefined || !errorRow(error.code).retryable) return {};
  const retryDelay = `${Math.max(1, Math.ceil(waitMs / 1000))}s`;
  return { details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }] };
}
