/** Turns a Messages stream into parts. Blocks come one after the other, each under its own index. */
import type { Sealed } from '../../canonical/conversation.ts';
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { StreamPart } from '../../canonical/stream-part.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import type { DecodeVerdict, StreamDecoder, StreamDecoderOptions } from '../protocol.ts';
import { decodeCitation } from './decode-content.ts';
import { createDeltaReader } from './delta-frame.ts';
import { finishReasonOf } from './finish-reason.ts';
import { messagesUsage, startUsage } from './usage.ts';

/** A block under way. */
interface Open {
  /** Its number among the parts; null for one that means nothing to us, e.g. a server tool's. */
  readonly block: number | null;
  readonly kind: 'text' | 'reasoning' | 'tool-call' | null;
  /** Arguments were seen: a call that has none gets an empty object. */
  hasInput: boolean;
  signature: string;
}

const broken = (message: string): DecodeVerdict => ({ kind: 'broken', message });

export function createMessagesStreamDecoder({ emit, mintCallId }: StreamDecoderOptions): StreamDecoder {
  const open = new Map<unknown, Open>();
  const delta = createDeltaReader();
  let started = false;
  let finished = false;
  let blocks = 0;
  let calls = 0;
  let usage: TokenUsage | null = null;
  let told: TokenUsage | null = null;
  let ending: Extract<StreamPart, { type: 'finish' }> | null = null;
  let endingMended = false;

  function start(payload: JsonObject) {
    usage = startUsage(payload, usage);
    if (started) return;
    started = true;
    emit({ type: 'start', usage });
  }

  function startBlock(index: unknown, content: JsonObject) {
    start({});
    stopBlock(index);
    switch (content['type']) {
      case 'text':
        emit({ type: 'block-start', block: register(index, 'text'), kind: 'text', phase: null });
        addText(index, content['text']);
        for (const citation of listOf(content['citations'])) addCitation(index, citation);
        break;
      case 'thinking':
        emit({ type: 'block-start', block: register(index, 'reasoning'), kind: 'reasoning' });
        addText(index, content['thinking']);
        addSignature(index, content['signature']);
        break;
      case 'redacted_thinking':
        emit({ type: 'block-start', block: register(index, 'reasoning'), kind: 'reasoning' });
        seal(index, { kind: 'redacted', blob: textOf(content['data']), id: null });
        break;
      case 'tool_use':
        startCall(index, content);
        break;
      default:
        open.set(index, { block: null, kind: null, hasInput: false, signature: '' });
    }
  }

  function startCall(index: unknown, { id, name, input }: JsonObject) {
    const callId = textOf(id) === '' ? mintCallId(calls) : textOf(id);
    calls += 1;
    const block = register(index, 'tool-call');
    emit({
      type: 'block-start',
      block,
      kind: 'tool-call',
      callId,
      name: textOf(name),
      namespace: null,
      form: 'function',
    });
    // Some backends send the whole input with the start, and no delta after it.
    if (isObject(input) && Object.keys(input).length > 0) addInput(index, JSON.stringify(JSON.stringify(input)));
  }

  function register(index: unknown, kind: Open['kind']): number {
    const block = blocks;
    blocks += 1;
    open.set(index, { block, kind, hasInput: false, signature: '' });
    return block;
  }

  function addText(index: unknown, text: unknown) {
    if (textOf(text) !== '') addLiteral(index, JSON.stringify(text));
  }

  function addLiteral(index: unknown, literal: string) {
    const block = open.get(index)?.block;
    if (block != null && literal !== '""') emit({ type: 'delta', block, literal });
  }

  function addInput(index: unknown, literal: string) {
    const entry = open.get(index);
    if (entry && literal !== '""') entry.hasInput = true;
    addLiteral(index, literal);
  }

  function addSignature(index: unknown, signature: unknown) {
    const entry = open.get(index);
    if (entry) entry.signature += textOf(signature);
  }

  function addCitation(index: unknown, citation: unknown) {
    const block = open.get(index)?.block;
    if (block != null) emit({ type: 'annotation', block, annotation: decodeCitation(objectOf(citation)) });
  }

  function seal(index: unknown, sealed: Sealed) {
    const block = open.get(index)?.block;
    if (block != null && sealed.blob !== '') emit({ type: 'seal', block, sealed });
  }

  function stopBlock(index: unknown) {
    const entry = open.get(index);
    if (!entry) return;
    if (entry.kind === 'tool-call' && !entry.hasInput) addLiteral(index, '"{}"');
    seal(index, { kind: 'signature', blob: entry.signature, id: null });
    open.delete(index);
    if (entry.block !== null) emit({ type: 'block-end', block: entry.block });
  }

  function addDelta(index: unknown, content: JsonObject) {
    switch (content['type']) {
      case 'text_delta':
        return addText(index, content['text']);
      case 'thinking_delta':
        return addText(index, content['thinking']);
      case 'input_json_delta':
        return addInput(index, JSON.stringify(textOf(content['partial_json'])));
      case 'signature_delta':
        return addSignature(index, content['signature']);
      case 'citations_delta':
        return addCitation(index, content['citation']);
      default:
    }
  }

  /** As soon as it is there: what comes behind it may never arrive, and is paid all the same. */
  function tellUsage() {
    if (usage && usage !== told) emit({ type: 'usage', usage });
    told = usage;
  }

  function noteEnding(payload: JsonObject) {
    usage = messagesUsage(payload['usage'], payload['copilot_usage'], usage);
    tellUsage();
    const { stop_reason: reason, stop_sequence: stopSequence, stop_details: details } = objectOf(payload['delta']);
    if (typeof reason !== 'string') return;
    const { explanation } = objectOf(details ?? payload['stop_details']);
    const known = ownEntry(finishReasonOf, reason) ?? 'stop';
    endingMended = ownEntry(finishReasonOf, reason) === undefined;
    ending = {
      type: 'finish',
      reason: known === 'stop' && calls > 0 ? 'tool-calls' : known,
      stopSequence: typeof stopSequence === 'string' ? stopSequence : null,
      explanation: typeof explanation === 'string' ? explanation : null,
    };
  }

  /** True if the answer is whole: a call that is still open is half of one, and half of a text is one without its stop. */
  function finish(closed: boolean): boolean {
    if (finished) return true;
    if (!started || [...open.values()].some(({ kind }) => kind === 'tool-call')) return false;
    if (ending === null && !closed) return false;
    for (const index of open.keys()) stopBlock(index);
    tellUsage();
    const otherwise = calls > 0 ? 'tool-calls' : 'stop';
    endingMended ||= ending === null;
    emit(ending ?? { type: 'finish', reason: otherwise, stopSequence: null, explanation: null });
    finished = true;
    return true;
  }

  function take(type: unknown, payload: JsonObject): DecodeVerdict {
    switch (type) {
      case 'error':
        return { kind: 'upstream-error', payload };
      case 'message_start':
        start(payload);
        return 'taken';
      case 'content_block_start': {
        const content = objectOf(payload['content_block']);
        if (content['type'] === 'tool_use' && textOf(content['name']) === '')
          return broken('The upstream called a tool without a name.');
        startBlock(payload['index'], content);
        return 'taken';
      }
      case 'content_block_delta': {
        const content = objectOf(payload['delta']);
        const member = ownEntry(textMembers, textOf(content['type']));
        if (!open.has(payload['index'])) return broken('The upstream added to a block that is not open.');
        if (member !== undefined && typeof content[member] !== 'string')
          return broken('The upstream sent a delta that is not text.');
        addDelta(payload['index'], content);
        return 'taken';
      }
      case 'content_block_stop':
        stopBlock(payload['index']);
        return 'taken';
      case 'message_delta':
        start({});
        noteEnding(payload);
        return 'taken';
      case 'message_stop':
        usage = messagesUsage(payload['usage'], payload['copilot_usage'], usage);
        return finish(true) ? 'ended' : broken('The answer ended inside a tool call.');
      default:
        return 'taken';
    }
  }

  return {
    push(event, data) {
      if (delta.read(data) && open.has(delta.frame.index)) {
        const { index, kind, literal } = delta.frame;
        if (kind === 'input') addInput(index, literal);
        else addLiteral(index, literal);
        return 'taken';
      }
      // Some upstreams close with the other dialect's mark.
      if (data.trim() === '[DONE]') return 'taken';
      const payload = parseLatin1Json(data);
      if (!isObject(payload)) return broken('The upstream sent an event that is not a JSON object.');
      return take(event === 'error' || isBareError(payload) ? 'error' : (payload['type'] ?? event), payload);
    },
    end: () => finish(false),
    get endingMended() {
      return endingMended;
    },
  };
}

/** Copilot says in Chat's words too that it failed. */
function isBareError(payload: JsonObject): boolean {
  return payload['error'] != null && payload['type'] === undefined;
}

/** The members of deltas that hold a text: what stands there and is none is never passed over. */
const textMembers: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  input_json_delta: 'partial_json',
  signature_delta: 'signature',
};

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
