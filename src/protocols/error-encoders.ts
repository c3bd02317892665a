/** Finds the error shape of a protocol. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
import { messagesErrors } from './anthropic-messages/error.ts';
import { geminiErrors } from './gemini/error.ts';
import { ollamaErrors } from './ollama/error.ts';
import { chatErrors } from './openai-chat/error.ts';
import { completionsErrors } from './openai-completions/error.ts';
import { responsesErrors } from './openai-responses/error.ts';
import type { ErrorEncoder } from './protocol.ts';

export const errorEncoders: Readonly<Record<ProtocolId, ErrorEncoder>> = {
  'openai-chat': chatErrors,
  'openai-completions': completionsErrors,
  'openai-responses': responsesErrors,
  'anthropic-messages': messagesErrors,
  gemini: geminiErrors,
  ollama: ollamaErrors,
  'ollama-generate': { ...ollamaErrors, id: 'ollama-generate' },
};
