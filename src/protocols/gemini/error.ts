/** Errors as Gemini clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import { errorHeaders } from '../error-headers.ts';
import { errorMessage } from '../error-message.ts';
import type { ErrorEncoder } from '../protocol.ts';

export const geminiErrors: ErrorEncoder = {
  id: 'gemini',
  encodeError(error) {
    const [code, status] = errorRow(error.code).gemini;
    return {
      status: code,
      headers: errorHeaders(error),
      body: JSON.stringify({ error: { code, message: errorMessage(error), status } }),
    };
  },
};
