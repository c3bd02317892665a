/** Embeddings as Ollama asks for them, old and new, as the body of OpenAI's `/embeddings`; and its answer back. */
import { isObject, numberOrNull, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { Report } from '../../canonical/request-edit.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { checkNumbers } from '../checked-values.ts';
import { reportMembers } from '../member-table.ts';
import { malformed, requireText } from './malformed.ts';
import { embeddingMembers, embeddingNumbers } from './member-tables.ts';

/** `/api/embed`. Errors: `invalid_request`. */
export function decodeOllamaEmbed(view: JsonObject, report: Report): JsonObject {
  checkNumbers(embeddingNumbers, view);
  reportMembers(embeddingMembers, view, report);
  const { model, input, dimensions } = view;
  const texts: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (!texts.every((one) => typeof one === 'string')) throw malformed('input', 'expected a text, or a list of texts.');
  const empty = texts.indexOf('');
  if (empty >= 0) throw malformed(`input.${empty}`, 'an empty text has no vector.');
  return { model, input, ...(dimensions == null ? {} : { dimensions }) };
}

/** `/api/embeddings`, the older one. Errors: `invalid_request`. */
export function decodeOllamaEmbeddings(view: JsonObject, report: Report): JsonObject {
  reportMembers(embeddingMembers, view, report);
  return { model: view['model'], input: requireText(view['prompt'], 'prompt') };
}

/** The answer to `/api/embed`. `model` is the name that was asked for. Errors: `upstream_invalid_response`. */
export function encodeOllamaEmbed(answer: JsonObject, model: string): JsonObject {
  const promptTokens = numberOrNull(objectOf(answer['usage'])['prompt_tokens']);
  return {
    model,
    embeddings: vectorsOf(answer),
    // Nobody tells how long it took.
    total_duration: 0,
    load_duration: 0,
    prompt_eval_count: promptTokens ?? 0,
    ...(isObject(answer['copilot_usage']) ? { copilot_usage: answer['copilot_usage'] } : {}),
  };
}

/** The answer to `/api/embeddings`. Errors: `upstream_invalid_response`. */
export function encodeOllamaEmbeddings(answer: JsonObject): JsonObject {
  const [embedding] = vectorsOf(answer);
  return { embedding: embedding ?? [] };
}

/** In the order of their texts, whatever the order of the rows. */
function vectorsOf({ data }: JsonObject): readonly (readonly unknown[])[] {
  const rows: readonly unknown[] = Array.isArray(data) ? data : [];
  return rows
    .map((row, at) => ({ vector: objectOf(row)['embedding'], at: numberOrNull(objectOf(row)['index']) ?? at }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ vector }) => {
      if (Array.isArray(vector)) return vector as readonly unknown[];
      throw new ProxyError('upstream_invalid_response', 'The upstream sent an embedding that is no list of numbers.');
    });
}
