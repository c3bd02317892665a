/** What of a translated request is counted, and how each protocol is told the count. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { RequestBody } from './request-body.ts';

/** What `count_tokens` takes of a Messages request: limits, sampling and the stream are no part of a prompt. */
const counted: ReadonlySet<string> = new Set([
  'model',
  'messages',
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
]);

export function countedMembers(body: RequestBody): RequestBody {
  const view: JsonObject = Object.fromEntries(Object.entries(body.view).filter(([member]) => counted.has(member)));
  const text = JSON.stringify(view);
  return { ...body, view, text, bytes: Buffer.from(text, 'latin1') };
}

export function countAnswer(protocol: ProtocolId, tokens: number): JsonObject {
  return protocol === 'gemini' ? { totalTokens: tokens } : { input_tokens: tokens };
}
