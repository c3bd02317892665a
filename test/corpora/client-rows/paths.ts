/** Paths that mean nothing, or two things at once (B-030, B-031): not found, in the shape that the prefix says. */
import type { ProtocolId } from '../../../src/canonical/protocol-id.ts';

export interface PathRow {
  readonly id: string;
  readonly target: string;
  readonly shape: ProtocolId;
}

export const pathRows: readonly PathRow[] = [
  { id: 'B-030', target: '/v1/nothing', shape: 'openai-chat' },
  { id: 'B-030', target: '/nothing', shape: 'openai-chat' },
  { id: 'B-030', target: '/token', shape: 'openai-chat' },
  { id: 'B-030', target: '/v1/chat/completions/', shape: 'openai-chat' },
  { id: 'B-030', target: '/v1/v1/v1/chat/completions', shape: 'openai-chat' },
  { id: 'B-030', target: '/v1/responses/resp_1/cancel', shape: 'openai-responses' },
  { id: 'B-030', target: '/responses/compact/again', shape: 'openai-responses' },
  { id: 'B-030', target: '/v1/messages/batches', shape: 'anthropic-messages' },
  { id: 'B-030', target: '/messages/batches', shape: 'anthropic-messages' },
  { id: 'B-030', target: '/v1beta/models/m:badMethod', shape: 'gemini' },
  { id: 'B-030', target: '/api/nothing', shape: 'ollama' },
  { id: 'B-031', target: '/v1/../admin', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/./chat/completions', shape: 'openai-chat' },
  { id: 'B-031', target: '//v1/models', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1//chat/completions', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/%2e%2e/admin', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/chat%2fcompletions', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/ch%61t/completions', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1\\chat\\completions', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/models/..%2f..%2fadmin', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/models/%zz', shape: 'openai-chat' },
  { id: 'B-031', target: '/v1/messages/../messages', shape: 'anthropic-messages' },
  { id: 'B-031', target: '/v1/messages%2fcount_tokens', shape: 'openai-chat' },
];
