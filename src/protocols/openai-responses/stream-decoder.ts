/** Turns a Responses stream into parts. Items are known by their `output_index`: Copilot seals ids anew in every event. */
import { isObject, objectOf, ownEntry, type JsonObject } from '../../canonical/json-value.ts';
import type { FinishReason } from '../../canonical/finish-reason.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import type { DecodeVerdict, StreamDecoder, StreamDecoderOptions } from '../protocol.ts';
import { createOutputReader, type OutputReader } from './read-output.ts';
import { createDeltaReader } from './delta-frame.ts';
import { finishReasonOf } from './finish-reason.ts';
import { responsesUsage } from './usage.ts';

type DeltaKind = 'text' | 'refusal' | 'summary' | 'thought' | 'input';

/** What a delta event adds to, by its type. */
const deltaKinds: Readonly<Record<string, DeltaKind>> = {
  'response.output_text.delta': 'text',
  'response.refusal.delta': 'refusal',
  'response.reasoning_summary_text.delta': 'summary',
  'response.reasoning_text.delta': 'thought',
  'response.function_call_arguments.delta': 'input',
  'response.custom_tool_call_input.delta': 'input',
};

const broken: DecodeVerdict = { kind: 'broken', message: 'The upstream sent a delta that adds no text to an item.' };

export function createResponsesStreamDecoder({ emit, mintCallId }: StreamDecoderOptions): StreamDecoder {
  const output: OutputReader = createOutputReader(emit, mintCallId);
  const delta = createDeltaReader();
  let started = false;
  let ended = false;

  function start() {
    if (started) return;
    started = true;
    emit({ type: 'start', usage: null });
  }

  function addDelta(kind: DeltaKind, outputIndex: number, partIndex: number, literal: string) {
    start();
    if (kind === 'input') output.callDelta(outputIndex, literal);
    else if (kind === 'text' || kind === 'refusal') output.contentDelta(outputIndex, partIndex, kind, literal);
    else output.reasoningDelta(outputIndex, partIndex, kind, literal);
  }

  function finish(payload: JsonObject, response: JsonObject, incomplete: boolean): DecodeVerdict {
    start();
    const fault = output.close(response['output'], incomplete);
    if (fault !== null) return { kind: 'broken', message: fault };
    tellUsage(payload, response);
    emit({ type: 'finish', reason: reasonOf(response, incomplete), stopSequence: null, explanation: null });
    ended = true;
    return 'ended';
  }

  function reasonOf(response: JsonObject, incomplete: boolean): FinishReason {
    const { reason } = objectOf(response['incomplete_details']);
    const told = incomplete
      ? ((typeof reason === 'string' ? ownEntry(finishReasonOf, reason) : undefined) ?? 'length')
      : 'stop';
    if (told !== 'stop') return told;
    return output.hasCalls() ? 'tool-calls' : output.hasRefusal() ? 'refusal' : 'stop';
  }

  function tellUsage(payload: JsonObject, response: JsonObject) {
    const usage = responsesUsage(response, payload['copilot_usage']);
    if (usage) emit({ type: 'usage', usage });
  }

  function take(type: string, payload: JsonObject): DecodeVerdict {
    const response = objectOf(payload['response']);
    switch (type) {
      case 'error':
        return { kind: 'upstream-error', payload };
      case 'response.failed':
      case 'response.cancelled':
        // What was billed for a failed answer counts all the same.
        if (started) tellUsage(payload, response);
        return { kind: 'upstream-error', payload };
      case 'response.completed':
        if (response['error'] != null || response['status'] === 'failed') return { kind: 'upstream-error', payload };
        return finish(payload, response, response['status'] === 'incomplete');
      case 'response.incomplete':
        return finish(payload, response, true);
      case 'response.created':
        start();
        return 'taken';
      default:
        if (typeof payload['output_index'] === 'number') return takeOutput(type, payload['output_index'], payload);
        return ownEntry(deltaKinds, type) === undefined ? 'taken' : broken;
    }
  }

  /** What is no text is never passed over. */
  function takeOutput(type: string, index: number, payload: JsonObject): DecodeVerdict {
    start();
    const { content_index: contentIndex, summary_index: summaryIndex, delta: text } = payload;
    const partIndex = [contentIndex, summaryIndex].find((value) => typeof value === 'number') ?? 0;
    switch (type) {
      case 'response.output_item.added':
        output.itemAdded(index, objectOf(payload['item']));
        break;
      case 'response.output_item.done':
        output.itemDone(index, objectOf(payload['item']));
        break;
      case 'response.output_text.done':
      case 'response.refusal.done':
        output.contentText(index, partIndex, payload);
        break;
      case 'response.content_part.done':
        output.contentDone(index, partIndex, objectOf(payload['part']));
        break;
      case 'response.output_text.annotation.added':
        output.annotation(index, partIndex, payload['annotation']);
        break;
      case 'response.reasoning_summary_text.done':
        output.reasoningText(index, partIndex, 'summary', payload['text']);
        break;
      case 'response.reasoning_text.done':
        output.reasoningText(index, partIndex, 'thought', payload['text']);
        break;
      case 'response.function_call_arguments.done':
        output.callInput(index, payload['arguments']);
        break;
      case 'response.custom_tool_call_input.done':
        output.callInput(index, payload['input']);
        break;
      default: {
        const kind = ownEntry(deltaKinds, type);
        if (kind === undefined) break;
        if (typeof text !== 'string') return broken;
        if (Array.isArray(payload['logprobs'])) output.logprobs(index, partIndex, payload['logprobs']);
        addDelta(kind, index, partIndex, JSON.stringify(text));
      }
    }
    return 'taken';
  }

  return {
    push(event, data) {
      if (ended) return 'ended';
      const { frame } = delta;
      const mayBeDelta = event === '' || event.endsWith('.delta');
      const isDelta = mayBeDelta && delta.read(data) && (event === '' || event === frame.type);
      const kind = isDelta ? ownEntry(deltaKinds, frame.type) : undefined;
      if (kind !== undefined && frame.isPlain) {
        addDelta(kind, frame.outputIndex, frame.partIndex, frame.literal);
        return 'taken';
      }
      if (data === '' || data === '[DONE]' || data.trim() === '[DONE]') return 'taken';
      const payload = parseLatin1Json(data);
      if (!isObject(payload))
        return { kind: 'broken', message: 'The upstream sent an event that is not a JSON object.' };
      const type = event === 'error' || isBareError(payload) ? 'error' : (payload['type'] ?? event);
      if (typeof type !== 'string' || type === '')
        return { kind: 'broken', message: 'The upstream sent an event without a type.' };
      if (kind === undefined) return take(type, payload);
      start();
      // Its own literal goes on: parsed, half a surrogate pair would be lost.
      if (Array.isArray(payload['logprobs'])) output.logprobs(frame.outputIndex, frame.partIndex, payload['logprobs']);
      addDelta(kind, frame.outputIndex, frame.partIndex, frame.literal);
      return 'taken';
    },
    // A response says itself that it is complete; without that nothing is.
    end: () => ended,
    endingMended: false,
  };
}

/** Copilot says in Chat's words too that it failed. */
function isBareError(payload: JsonObject): boolean {
  return payload['error'] != null && payload['type'] === undefined;
}
