/** Errors as Responses clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import { errorHeaders } from '../error-headers.ts';
import { openAiErrorBody } from '../openai-error.ts';
import type { ErrorEncoder } from '../protocol.ts';

export const responsesErrors: ErrorEncoder = {
  id: 'openai-responses',
  encodeError(error) {
    const row = errorRow(error.code);
    return {
      // Codex retries a 402, and stops on a 400 (`decisions.md` 20).
      status: row.responsesStatus ?? row.openai[0],
      headers: errorHeaders(error),
      body: JSON.stringify(openAiErrorBody(error)),
    };
  },
};
