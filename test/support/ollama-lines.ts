/** Plays parts through Ollama's encoders: the lines, read as a client reads them, held to their grammar, and folded. */
import type { ModelRequest } from '../../src/canonical/model-request.ts';
import type { RequestEdit } from '../../src/canonical/request-edit.ts';
import type { StreamPart } from '../../src/canonical/stream-part.ts';
import type { ProxyError } from '../../src/errors/proxy-error.ts';
import { readFrame } from '../../src/framing/server-sent-events.ts';
import type { OllamaKind } from '../../src/protocols/ollama/answer-line.ts';
import { createOllamaCollector } from '../../src/protocols/ollama/collect-stream.ts';
import { createOllamaGrammar } from '../../src/protocols/ollama/grammar.ts';
import { createOllamaChatEncoder, createOllamaGenerateEncoder } from '../../src/protocols/ollama/stream-encoder.ts';
import { sampleRequest } from './sample-request.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- the wire, looked at by tests only
type Line = any;

const encoders = { chat: createOllamaChatEncoder, generate: createOllamaGenerateEncoder };

export function encodeLines(
  kind: OllamaKind,
  parts: readonly StreamPart[],
  change: Partial<ModelRequest> = {},
  failure?: ProxyError,
) {
  let frames = '';
  const edits: RequestEdit[] = [];
  const encoder = encoders[kind]({
    write: (text) => {
      frames += text;
    },
    model: 'asked',
    createdAtS: 7,
    tookMs: () => 2000,
    mint: (what, index) => `${what}${index}`,
    request: sampleRequest(change),
    seal: () => 'sealed',
    report: (edit) => edits.push(edit),
  });
  for (const part of parts) encoder.push(part);
  if (failure) frames += Buffer.from(encoder.failure(failure, 'x')).toString('latin1');
  const text = Buffer.from(frames, 'latin1').toString();
  const lines = text
    .split(/(?<=\n\n)/)
    .filter((frame) => frame !== '')
    .map((frame): Line => JSON.parse(readFrame(frame, 0, frame.length).data));
  const grammar = createOllamaGrammar(kind);
  const faults = [...lines.map((line) => grammar.push(line)), grammar.end()].filter((fault) => fault !== null);
  const collector = createOllamaCollector(kind);
  for (const line of lines) collector.push(line);
  const folded = collector.answer();
  const whole: Line = folded === null ? null : JSON.parse(folded);
  return { lines, text, edits, faults, whole };
}
