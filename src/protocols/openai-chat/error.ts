/** Errors as Chat Completions, Completions and Embeddings clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import { errorHeaders } from '../error-headers.ts';
import { openAiErrorBody } from '../openai-error.ts';
import type { ErrorEncoder } from '../protocol.ts';

export const chatErrors: ErrorEncoder = {
  id: 'openai-chat',
  encodeError: (error) => ({
    status: errorRow(error.code).openai[0],
    headers: errorHeaders(error),
    body: JSON.stringify(openAiErrorBody(error)),
  }),
};
