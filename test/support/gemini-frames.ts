/** Plays parts through the Gemini encoder: its frames, read again, held to their grammar, and folded. */
import { GenerateContentResponse } from '@google/genai';
import { objectOf, parseJson } from '../../src/canonical/json-value.ts';
import type { ModelRequest } from '../../src/canonical/model-request.ts';
import type { RequestEdit } from '../../src/canonical/request-edit.ts';
import type { StreamPart } from '../../src/canonical/stream-part.ts';
import type { ProxyError } from '../../src/errors/proxy-error.ts';
import { parseExactJson } from '../../src/framing/latin1-json.ts';
import { createGeminiCollector } from '../../src/protocols/gemini/collect-stream.ts';
import { createGeminiGrammar } from '../../src/protocols/gemini/grammar.ts';
import { createGeminiStreamEncoder } from '../../src/protocols/gemini/stream-encoder.ts';
import type { SealedEntry } from '../../src/protocols/protocol.ts';
import { sealEnvelope } from '../../src/translation/sealed-envelope.ts';
import { sampleRequest } from './sample-request.ts';

export const sealOwner = { family: 'anthropic.m', accountTag: 'abcd' };

export const showThoughts: Partial<ModelRequest> = {
  reasoning: { effort: null, budgetTokens: null, mode: null, show: true },
};

/** Read as UTF-8, as a client reads it. */
function payloadsOf(frames: string): readonly unknown[] {
  const lines = Buffer.from(frames, 'latin1').toString().split('\r\n\r\n');
  return lines.filter((line) => line.startsWith('data: ')).map((line) => parseExactJson(line.replace(/^data: /, '')));
}

export function encodeGemini(parts: readonly StreamPart[], change: Partial<ModelRequest> = {}, failure?: ProxyError) {
  let frames = '';
  const seals: (readonly SealedEntry[])[] = [];
  const edits: RequestEdit[] = [];
  const encoder = createGeminiStreamEncoder({
    write: (text) => {
      frames += text;
    },
    model: 'asked',
    createdAtS: 7,
    mint: (kind, index) => `${kind}${index}`,
    request: { ...sampleRequest(), includeUsage: true, ...change },
    seal: (entries) => {
      seals.push(entries);
      return sealEnvelope(entries, sealOwner);
    },
    report: (edit) => edits.push(edit),
  });
  for (const part of parts) encoder.push(part);
  if (failure) frames += Buffer.from(encoder.failure(failure, 'x')).toString('latin1');
  const chunks = payloadsOf(frames).map((payload) => Object.assign(new GenerateContentResponse(), payload));
  const grammar = createGeminiGrammar();
  const faults = [...chunks.map((chunk) => grammar.push(chunk)), grammar.end()].filter((fault) => fault !== null);
  const collector = createGeminiCollector();
  for (const chunk of chunks) collector.push(chunk);
  const folded = collector.answer();
  const whole = folded === null ? null : Object.assign(new GenerateContentResponse(), objectOf(parseJson(folded)));
  return { chunks, frames, seals, edits, faults, folded, whole };
}

/** The parts of all chunks. */
export const partsOf = (chunks: readonly GenerateContentResponse[]) =>
  chunks.flatMap(({ candidates }) => candidates?.[0]?.content?.parts ?? []);
