/** Requests that only load a model, or unload it: answered without any upstream call. */
import type { JsonObject } from '../../canonical/json-value.ts';
import { isoTime } from './iso-time.ts';

export type LoadKind = 'chat' | 'generate' | 'embed' | 'embeddings';

/**
 * The answer to a request that asks for nothing but a model in memory, which every model here always is; undefined where
 * it asks for more. `view` and the answer are views. Checked by nobody else: the model may not exist.
 */
export function loadAnswer(view: JsonObject, kind: LoadKind, createdAtS: number): JsonObject | undefined {
  const { model } = view;
  if (kind === 'embed') return isNothing(view['input']) ? { model, embeddings: [] } : undefined;
  if (kind === 'embeddings') return isNothing(view['prompt']) ? { embedding: [] } : undefined;
  if (!isNothing(view[kind === 'chat' ? 'messages' : 'prompt'])) return undefined;
  if (kind === 'generate' && !isNothing(view['images'])) return undefined;
  const said = kind === 'chat' ? { message: { role: 'assistant', content: '' } } : { response: '' };
  const reason = isZero(view['keep_alive']) ? 'unload' : 'load';
  return { model, created_at: isoTime(createdAtS), ...said, done: true, done_reason: reason };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** Seconds, or a duration as Go writes it: `0`, `"0"`, `"0s"`, `"0h0m"`. */
function isZero(keepAlive: unknown): boolean {
  if (typeof keepAlive !== 'string') return keepAlive === 0;
  return /^[+-]?0[0.hmnsu]*$/.test(keepAlive);
}
