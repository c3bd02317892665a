/** Errors as Ollama clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import { errorHeaders } from '../error-headers.ts';
import { errorMessage } from '../error-message.ts';
import type { ErrorEncoder } from '../protocol.ts';

export const ollamaErrors: ErrorEncoder = {
  id: 'ollama',
  encodeError: (error) => ({
    status: errorRow(error.code).ollama,
    headers: errorHeaders(error),
    body: JSON.stringify({ error: errorMessage(error) }),
  }),
};
