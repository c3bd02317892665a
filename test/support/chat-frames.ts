/** Plays Chat Completions chunks through the codec's machines: chunks to parts, parts to chunks. */
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { ModelRequest } from '../../src/canonical/model-request.ts';
import type { RequestEdit } from '../../src/canonical/request-edit.ts';
import type { StreamPart } from '../../src/canonical/stream-part.ts';
import type { ProxyError } from '../../src/errors/proxy-error.ts';
import { readFrame } from '../../src/framing/server-sent-events.ts';
import { createChatGrammar } from '../../src/protocols/openai-chat/grammar.ts';
import { createChatStreamDecoder } from '../../src/protocols/openai-chat/stream-decoder.ts';
import { createChatStreamEncoder } from '../../src/protocols/openai-chat/stream-encoder.ts';
import type { DecodeVerdict, SealedEntry } from '../../src/protocols/protocol.ts';
import { told } from './generated-answers.ts';
import { sampleRequest } from './sample-request.ts';

export function decodeChunks(chunks: readonly (object | string)[]) {
  const parts: StreamPart[] = [];
  const decoder = createChatStreamDecoder({
    emit: (part) => parts.push(part),
    mintCallId: (index) => `minted_${index}`,
  });
  const verdicts: DecodeVerdict[] = chunks.map((chunk) =>
    decoder.push('', typeof chunk === 'string' ? chunk : JSON.stringify(chunk)),
  );
  return { parts, last: verdicts.at(-1), isWhole: () => decoder.end() };
}

export function encodeChunks(parts: readonly StreamPart[], change: Partial<ModelRequest> = {}, failure?: ProxyError) {
  const frames: string[] = [];
  const seals: (readonly SealedEntry[])[] = [];
  const edits: RequestEdit[] = [];
  const encoder = createChatStreamEncoder({
    write: (text) => frames.push(text),
    model: 'asked',
    createdAtS: 7,
    mint: (kind, index) => `${kind}${index}`,
    request: { ...sampleRequest(), includeUsage: true, ...change },
    seal: (entries) => {
      seals.push(entries);
      return `sealed:${entries.map(({ blob, at }) => `${blob}@${at}`).join(',')}`;
    },
    report: (edit) => edits.push(edit),
  });
  for (const part of parts) encoder.push(part);
  if (failure) frames.push(encoder.failure(failure, 'x'));
  const events = frames
    .join('')
    .split('\n\n')
    .filter((frame) => frame !== '')
    .map((frame): unknown => {
      const { data } = readFrame(frame, 0, frame.length);
      return data === '[DONE]' ? data : JSON.parse(data);
    });
  const grammar = createChatGrammar();
  const faults = [...events.map((event) => grammar.push(event)), grammar.end()].filter((fault) => fault !== null);
  return { events: events as ChatCompletionChunk[], frames, seals, edits, faults };
}

export const identity = { id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 1764, model: 'm' };
export const chunk = (delta: object, rest: object = {}, outer: object = {}) => ({
  ...identity,
  choices: [{ index: 0, delta, finish_reason: null, ...rest }],
  ...outer,
});
export const ending = (finish_reason: string) => chunk({}, { finish_reason });
export const textChunk = (content: string) => chunk({ content });
export const callChunk = (...calls: readonly object[]) => chunk({ tool_calls: calls });
export const done = '[DONE]';

/** The blocks that a stream told, shortly. */
export const blocksOf = (parts: readonly StreamPart[]) =>
  told(parts).map(({ kind, name, callId, text: said, isSealed }) =>
    [kind, ...(callId === null ? [] : [`${callId}:${name}`]), said, ...(isSealed ? ['sealed'] : [])].join(' '),
  );
export const finishOf = (parts: readonly StreamPart[]) => parts.find((part) => part.type === 'finish')?.reason;
