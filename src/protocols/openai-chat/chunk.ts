/** Single chunks of a Chat Completions stream: what a failed or completed stream adds of its own. */
import type { ProxyError } from '../../errors/proxy-error.ts';
import { writeFrame } from '../../framing/server-sent-events.ts';
import type { JsonObject } from '../../canonical/json-value.ts';
import { openAiErrorBody } from '../openai-error.ts';

export const doneFrame = writeFrame('[DONE]');

/** The members of a chunk that name its stream; taken from one the upstream sent. */
export interface ChunkIdentity {
  readonly id: unknown;
  readonly created: unknown;
  readonly model: unknown;
}

/** The identity of `payload`'s stream, unless it is the empty one of Azure's first chunk. */
export function identityOf(payload: JsonObject, known: ChunkIdentity | null): ChunkIdentity | null {
  if (known || typeof payload['id'] !== 'string' || payload['id'] === '') return known;
  return { id: payload['id'], created: payload['created'] ?? 0, model: payload['model'] ?? '' };
}

/** The chunk that ends a choice, where the upstream left it out. */
export function finishFrame(identity: ChunkIdentity | null, finishReason: string): string {
  const { id, created, model } = identity ?? { id: '', created: 0, model: '' };
  const choices = [{ index: 0, delta: {}, finish_reason: finishReason }];
  return writeFrame(JSON.stringify({ id, object: 'chat.completion.chunk', created, model, choices }));
}

/** A failed stream ends with the error and without `[DONE]`, which clients take for success. */
export function failureFrame(error: ProxyError): string {
  return writeFrame(JSON.stringify(openAiErrorBody(error)));
}

/** The error that a chunk carries, if it is one: an `error` member and no answer beside it. */
export function chunkError(payload: JsonObject): unknown {
  const { error, choices } = payload;
  if (error === undefined || error === null) return undefined;
  return Array.isArray(choices) && choices.length > 0 ? undefined : error;
}

/** Members with which Copilot sends chunks that have no choices at all. */
const choicelessMembers = [
  'usage',
  'copilot_usage',
  'copilot_references',
  'copilot_confirmation',
  'copilot_errors',
  'prompt_filter_results',
];

/** Whether a chunk whose choices are missing is one of those that Copilot sends so. */
export function isChoiceless(payload: JsonObject): boolean {
  return choicelessMembers.some((member) => payload[member] != null);
}
