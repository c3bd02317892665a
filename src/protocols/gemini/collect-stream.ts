/** Folds a Gemini stream into the response that a caller who did not stream gets. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamCollector } from '../protocol.ts';

export function createGeminiCollector(): StreamCollector {
  let envelope: JsonObject = {};
  let candidate: JsonObject = {};
  const parts: JsonObject[] = [];
  const chosen: unknown[] = [];
  const top: unknown[] = [];

  function addPart(part: JsonObject) {
    const last = parts.at(-1);
    const isText = typeof part['text'] === 'string';
    const continues = isText && typeof last?.['text'] === 'string' && last['thought'] === part['thought'];
    // What a signature stands on ends there.
    if (continues && last['thoughtSignature'] === undefined)
      parts.splice(-1, 1, { ...last, ...part, text: `${String(last['text'])}${String(part['text'])}` });
    else if (part['text'] !== '' || part['thoughtSignature'] !== undefined) parts.push(part);
  }

  return {
    push(payload) {
      if (!isObject(payload)) return;
      const { candidates, ...rest } = payload;
      envelope = { ...envelope, ...rest };
      const [first] = Array.isArray(candidates) ? (candidates as readonly unknown[]) : [];
      const { content, logprobsResult, ...beside } = objectOf(first);
      candidate = { ...candidate, ...beside };
      const { parts: told } = objectOf(content);
      for (const part of Array.isArray(told) ? (told as readonly unknown[]) : []) addPart(objectOf(part));
      const { chosenCandidates, topCandidates } = objectOf(logprobsResult);
      if (Array.isArray(chosenCandidates)) chosen.push(...(chosenCandidates as readonly unknown[]));
      if (Array.isArray(topCandidates)) top.push(...(topCandidates as readonly unknown[]));
    },
    answer() {
      if (candidate['finishReason'] === undefined) return null;
      const content = { role: 'model', parts: parts.length === 0 ? [{ text: '' }] : parts };
      const logprobs = chosen.length === 0 ? {} : { logprobsResult: { chosenCandidates: chosen, topCandidates: top } };
      return JSON.stringify({ candidates: [{ content, ...candidate, ...logprobs }], ...envelope });
    },
  };
}
