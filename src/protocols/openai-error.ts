/** The error object that all OpenAI faces share. */
import { errorRow } from '../errors/error-table.ts';
import type { ProxyError } from '../errors/proxy-error.ts';
import { errorMessage } from './error-message.ts';

export interface OpenAiErrorBody {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
  };
}

export function openAiErrorBody(error: ProxyError): OpenAiErrorBody {
  const [, type, code] = errorRow(error.code).openai;
  return {
    error: { message: errorMessage(error), type, param: error.param ?? null, code: error.upstreamCode ?? code },
  };
}
