/** Errors as Gemini clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import { errorHeaders } from '../error-headers.ts';
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
  return { error: { code, message: errorMessage(error), status } };
}
