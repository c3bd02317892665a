/** Embeddings as Gemini's and Ollama's callers ask for them, in the words of the one endpoint there is, and back. */
import type { JsonObject } from '../canonical/json-value.ts';
import type { Report } from '../canonical/request-edit.ts';
import { decodeGeminiEmbeddings, encodeGeminiEmbeddings } from '../protocols/gemini/embeddings.ts';
import {
  decodeOllamaEmbed,
  decodeOllamaEmbeddings,
  encodeOllamaEmbed,
  encodeOllamaEmbeddings,
} from '../protocols/ollama/embeddings.ts';
import type { AnswerShape } from './answer-relay.ts';

interface EmbeddingsWords {
  /** Errors: `invalid_request`. */
  readonly decode: (view: JsonObject, report: Report) => JsonObject;
  /** `model` is the name that was asked for. */
  readonly encode: (answer: JsonObject, model: string) => JsonObject;
}

/** By the documented path; OpenAI's own is none of them. */
export const embeddingsWords: ReadonlyMap<string, EmbeddingsWords> = new Map([
  [
    '/v1beta/models/{model}:embedContent',
    { decode: decodeGeminiEmbeddings, encode: (answer) => encodeGeminiEmbeddings(answer, false) },
  ],
  [
    '/v1beta/models/{model}:batchEmbedContents',
    { decode: decodeGeminiEmbeddings, encode: (answer) => encodeGeminiEmbeddings(answer, true) },
  ],
  ['/api/embed', { decode: decodeOllamaEmbed, encode: encodeOllamaEmbed }],
  ['/api/embeddings', { decode: decodeOllamaEmbeddings, encode: encodeOllamaEmbeddings }],
]);

/** `shape`, with the answer in the words of its path. */
export function inWordsOf(path: string, shape: AnswerShape, askedModel: string): AnswerShape {
  const words = embeddingsWords.get(path);
  if (!words) return shape;
  return { ...shape, rewrite: (answer) => JSON.stringify(words.encode(answer, askedModel)) };
}
