/** Errors as Completions clients read them: OpenAI's own shape. */
import { errorRow } from '../../errors/error-table.ts';
import { errorHeaders } from '../error-headers.ts';
import { openAiErrorBody } from '../openai-error.ts';
import type { ErrorEncoder } from '../protocol.ts';

export const completionsErrors: ErrorEncoder = {
  id: 'openai-completions',
  encodeError: (error) => ({
    status: errorRow(error.code).openai[0],
    headers: errorHeaders(error),
    body: JSON.stringify(openAiErrorBody(error)),
  }),
};
