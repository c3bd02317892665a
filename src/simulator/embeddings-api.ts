/** `POST /embeddings`: vectors that are always the same for a text, and near each other for texts that share words. */
import { countTokens } from './billing.ts';
import { numberOf, type JsonObject } from './json-value.ts';
import type { ModelSpec } from './models.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import { fingerprint } from './seal.ts';

const invalid = (message: string) => nestedRefusal(400, message, 'invalid_request_body', 'input');

/** A list of strings is the only form that always works upstream (reference §7): here it is the only one at all. */
export function refuseEmbeddings(body: JsonObject, model: ModelSpec): Refusal | undefined {
  const { input } = body;
  if (!Array.isArray(input) || input.length === 0) return invalid('input must be a non-empty array of strings');
  if (!input.every((text) => typeof text === 'string' && text !== ''))
    return invalid('input must hold non-empty strings');
  const limit = model.embeddingInputs ?? 512;
  if (input.length > limit) return invalid(`input holds ${input.length} texts, at most ${limit} are allowed`);
  const long = input.map((text) => countTokens(String(text))).find((tokens) => tokens > model.promptTokens);
  if (long !== undefined)
    return invalid(
      `This model's maximum context length is ${model.promptTokens} tokens, however you requested ${long} tokens.`,
    );
  const length = numberOf(body['dimensions']);
  if (length !== undefined && model.fixedDimensions)
    return invalid('This model does not support specifying dimensions.');
  if (length !== undefined && (length < 1 || length > (model.dimensions ?? 1536)))
    return invalid(`dimensions must be between 1 and ${model.dimensions ?? 1536}`);
  return undefined;
}

/** `object` and `model` are missing at the top, as observed; `encoding_format` is ignored. */
export function embeddingsReply(body: JsonObject, model: ModelSpec): JsonObject {
  const texts = Array.isArray(body['input']) ? (body['input'] as string[]) : [];
  const length = numberOf(body['dimensions']) ?? model.dimensions ?? 1536;
  const tokens = texts.reduce((sum, text) => sum + countTokens(text), 0);
  return {
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text, length) })),
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  };
}

/** Each word pushes a few places of the vector; the sum is cut to unit length. */
export function vectorOf(text: string, length: number): number[] {
  const vector = Array.from({ length }, () => 0);
  for (const word of text.toLowerCase().match(/\p{L}+|\p{N}+|[^\s\p{L}\p{N}]/gu) ?? [' ']) {
    const hash = Buffer.from(fingerprint('word', word), 'base64url');
    for (let at = 0; at < 24; at += 3) {
      const place = hash.readUInt16BE(at) % length;
      vector[place] = (vector[place] ?? 0) + (hash.readInt8(at + 2) + 0.5) / 128;
    }
  }
  const size = Math.hypot(...vector) || 1;
  return vector.map((value) => Math.fround(value / size));
}
