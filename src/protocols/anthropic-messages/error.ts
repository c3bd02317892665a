/** Errors as Messages clients read them. */
import { errorRow } from '../../errors/error-table.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import { errorHeaders } from '../error-headers.ts';
import { errorMessage } from '../error-message.ts';
import type { ErrorEncoder } from '../protocol.ts';

export interface MessagesErrorBody {
  readonly type: 'error';
  readonly error: { readonly type: string; readonly message: string };
  readonly request_id: string;
}

export function messagesErrorBody(error: ProxyError, exchangeId: string): MessagesErrorBody {
  return {
    type: 'error',
    error: { type: errorRow(error.code).anthropic[1], message: errorMessage(error) },
    request_id: exchangeId,
  };
}

export const messagesErrors: ErrorEncoder = {
  id: 'anthropic-messages',
  encodeError: (error, exchangeId) => ({
    status: errorRow(error.code).anthropic[0],
    headers: { ...errorHeaders(error), 'request-id': exchangeId },
    body: JSON.stringify(messagesErrorBody(error, exchangeId)),
  }),
};
