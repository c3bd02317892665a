/** Turns a Chat Completions stream into parts. Whatever choices it is spread over, it is one answer. */
import type { Annotation } from '../../canonical/content.ts';
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import type { DecodeVerdict, StreamDecoder, StreamDecoderOptions } from '../protocol.ts';
import { decodeAnnotation } from './annotation.ts';
import { createCallBlocks } from './call-blocks.ts';
import { chunkError, isChoiceless } from './chunk.ts';
import { reasoningTextOf } from './decode-messages.ts';
import { finishReasonOf } from './finish-reason.ts';
import { decodeLogprobs } from '../openai-logprobs.ts';
import { mendedFinish, shiftedCall, strongestFinish } from './merge-choices.ts';
import { createTextChunkShape } from './text-chunk-shape.ts';
import { chatUsage } from './usage.ts';

type SaidKind = 'text' | 'refusal' | 'reasoning';

/** The members of a delta that hold a text, by what it is. */
const kindOf: Readonly<Record<string, SaidKind | 'arguments'>> = {
  content: 'text',
  refusal: 'refusal',
  reasoning_text: 'reasoning',
  reasoning_content: 'reasoning',
  reasoning: 'reasoning',
  arguments: 'arguments',
};

const broken = (message: string): DecodeVerdict => ({ kind: 'broken', message });
const runaway = broken('The upstream filled the arguments of a tool call with blanks.');

export function createChatStreamDecoder({ emit, mintCallId, spreadsText = true }: StreamDecoderOptions): StreamDecoder {
  const shape = createTextChunkShape();
  /** What the chunks of the known shape add to. */
  let shaped: SaidKind | 'arguments' = 'text';
  let started = false;
  let ended = false;
  let blockCount = 0;
  /** The block that a text goes on with: calls beside it may be open as well. */
  let said: { readonly block: number; readonly kind: SaidKind; isSealed: boolean } | null = null;
  let refused = false;
  let lastOpaque = '';
  let usage: TokenUsage | null = null;
  let finishReason: unknown = null;
  /** The choice that the text stands in. */
  let textChoice: unknown;
  let endingMended = false;

  const nextBlock = () => {
    blockCount += 1;
    return blockCount - 1;
  };
  const calls = createCallBlocks({
    emit,
    mintCallId,
    nextBlock: () => {
      closeSaid();
      return nextBlock();
    },
  });

  function closeSaid() {
    if (said) emit({ type: 'block-end', block: said.block });
    said = null;
  }

  function open(kind: SaidKind) {
    if (said?.kind === kind) return said;
    closeSaid();
    calls.endWhole();
    const block = nextBlock();
    const start: StreamPart =
      kind === 'text' ? { type: 'block-start', block, kind, phase: null } : { type: 'block-start', block, kind };
    emit(start);
    if (kind === 'refusal') refused = true;
    said = { block, kind, isSealed: false };
    return said;
  }

  function say(kind: SaidKind, literal: string) {
    if (literal !== '""') emit({ type: 'delta', block: open(kind).block, literal });
  }

  /** Comes when it likes: in its own chunk, after the text it is about, even after the finish. Some upstreams repeat it. */
  function sealReasoning(blob: unknown) {
    if (typeof blob !== 'string' || blob === '' || blob === lastOpaque) return;
    lastOpaque = blob;
    if (said?.kind === 'reasoning' && said.isSealed) closeSaid();
    const isLate = said?.kind !== 'reasoning';
    const block = isLate ? openBeside() : open('reasoning').block;
    emit({ type: 'seal', block, sealed: { kind: 'opaque', blob, id: null } });
    if (isLate) emit({ type: 'block-end', block });
    else if (said) said.isSealed = true;
  }

  /** A reasoning block that holds nothing but a seal: the text that is being written goes on after it. */
  function openBeside(): number {
    const block = nextBlock();
    emit({ type: 'block-start', block, kind: 'reasoning' });
    return block;
  }

  /** What cites belongs to a text: without one there is nothing that it could be about. */
  function annotate(annotation: Annotation | null) {
    if (annotation && said?.kind === 'text') emit({ type: 'annotation', block: said.block, annotation });
  }

  function annotateAll(annotations: unknown, copilot: unknown) {
    for (const value of listOf(annotations)) annotate(decodeAnnotation(value));
    if (isObject(copilot) && Object.values(copilot).some((value) => value != null))
      annotate({ kind: 'foreign', protocol: 'openai-chat', value: { copilot_annotations: copilot } });
  }

  function takeChoice(choice: JsonObject, position: number, data: string) {
    const delta = objectOf(choice['delta'] ?? choice['message']);
    const { refusal, tool_calls: toolCalls, function_call: legacy, annotations, copilot_annotations: own } = delta;
    const logprobs = objectOf(choice['logprobs']);
    const reasoning = reasoningTextOf(delta);
    if (reasoning !== '') say('reasoning', literalOf(reasoning, data));
    sealReasoning(delta['reasoning_opaque']);
    const text = textOf(delta['content']);
    if (text !== '') say('text', literalOf(text, data));
    tellLogprobs('text', logprobs['content']);
    if (typeof refusal === 'string' && refusal !== '') say('refusal', literalOf(refusal, data));
    tellLogprobs('refusal', logprobs['refusal']);
    annotateAll(annotations, own ?? choice['copilot_annotations']);
    const inData = (pieces: string) => literalOf(pieces, data);
    for (const call of listOf(toolCalls)) if (isObject(call)) calls.read(shiftedCall(call, choice, position), inData);
    if (isObject(legacy)) calls.read({ index: 0, function: legacy }, inData);
    const { finish_reason: reason } = choice;
    if (reason != null) finishReason = strongestFinish([finishReason, reason]);
  }

  /** What is wrong with a choice, if anything: what is no text is never passed over, and two answers are never made one. */
  function faultOf(choice: JsonObject): string | undefined {
    const { content } = objectOf(choice['delta'] ?? choice['message']);
    if (content == null || content === '') return undefined;
    if (typeof content !== 'string' && !Array.isArray(content)) return 'The upstream sent content that is not text.';
    const index = choice['index'] ?? 0;
    textChoice ??= index;
    return spreadsText || textChoice === index ? undefined : 'The upstream sent a second choice.';
  }

  function tellLogprobs(kind: 'text' | 'refusal', listed: unknown) {
    const tokens = decodeLogprobs(listed);
    if (tokens.length > 0) emit({ type: 'logprobs', block: open(kind).block, tokens });
  }

  function takeChunk(payload: JsonObject, data: string): DecodeVerdict {
    const { choices } = payload;
    if (choices == null ? !isChoiceless(payload) : !Array.isArray(choices))
      return broken('The upstream sent a chunk without choices.');
    const listed = listOf(choices);
    if (!listed.every(isObject)) return broken('The upstream sent a choice that is not an object.');
    if (listed.some((choice) => choice['finish_reason'] === 'error')) return { kind: 'upstream-error', payload };
    const wrong = listed.map(faultOf).find((message) => message !== undefined);
    if (wrong !== undefined) return broken(wrong);
    start();
    for (const [position, choice] of listed.entries()) takeChoice(choice, position, data);
    const before = usage;
    usage = chatUsage(payload, usage);
    if (usage && usage !== before) emit({ type: 'usage', usage });
    learn(payload, listed, data);
    return calls.ranAway ? runaway : 'taken';
  }

  function start() {
    if (started) return;
    started = true;
    emit({ type: 'start', usage: null });
  }

  function learn(payload: JsonObject, choices: readonly JsonObject[], data: string) {
    shape.forget();
    const [choice, ...others] = choices;
    if (!choice || others.length > 0 || choice['logprobs'] != null || payload['usage'] != null) return;
    const member = shape.learn(data, 0, data.length, choice);
    const kind = member === undefined ? undefined : ownEntry(kindOf, member);
    if (kind === undefined) shape.forget();
    else shaped = kind;
  }

  /** Null where the answer is whole. */
  function finish(): DecodeVerdict | null {
    if (calls.hasNameless()) return broken('The upstream called a tool without a name.');
    if (finishReason === null && calls.count > 0) return broken('The answer ended inside a tool call.');
    start();
    closeSaid();
    calls.endAll();
    const told = ownEntry(finishReasonOf, mendedFinish(finishReason, calls.count)) ?? 'stop';
    const reason = told === 'stop' && refused ? 'refusal' : told;
    endingMended = told === 'stop' && finishReason !== 'stop';
    emit({ type: 'finish', reason, stopSequence: null, explanation: null });
    ended = true;
    return null;
  }

  return {
    push(event, data) {
      if (ended) return 'ended';
      const literal = shape.literalOf(data);
      if (literal !== null && event === '') {
        if (shaped === 'arguments') calls.extend(literal);
        else say(shaped, literal);
        return calls.ranAway ? runaway : 'taken';
      }
      if (data === '') return 'taken';
      if (data.trim() === '[DONE]') return finish() ?? 'ended';
      const payload = parseLatin1Json(data);
      if (event === 'error') return { kind: 'upstream-error', payload: payload ?? data };
      if (!isObject(payload)) return broken('The upstream sent an event that is not a JSON object.');
      if (saysError(payload)) return { kind: 'upstream-error', payload };
      return takeChunk(payload, data);
    },
    end: () => ended || (finishReason !== null && finish() === null),
    get endingMended() {
      return endingMended;
    },
  };
}

/** An error with words is one, even beside a choice: what follows it would pass for the rest of the answer. */
function saysError(payload: JsonObject): boolean {
  return chunkError(payload) !== undefined || typeof objectOf(payload['error'])['message'] === 'string';
}

/** Text, or a list of text parts. */
function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  return listOf(content)
    .map((part) => {
      const { text } = objectOf(part);
      return typeof text === 'string' ? text : '';
    })
    .join('');
}

const halfPair = /\\u[dD][89a-fA-F]/;

/**
 * The JSON literal of a text that was parsed. Half of a surrogate pair does not survive the parsing, and the other half may
 * come with the next chunk: then the literal is taken as it arrived.
 */
function literalOf(text: string, data: string): string {
  if (!halfPair.test(data)) return JSON.stringify(text);
  const literals = data.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return literals.find((literal) => parseLatin1Json(literal) === text) ?? JSON.stringify(text);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
