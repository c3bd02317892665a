/** Follows a Chat Completions stream chunk by chunk and mends what the upstream is known to get wrong. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { editJson, type JsonEdit } from '../../framing/json-text.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { readFrame, writeFrame } from '../../framing/server-sent-events.ts';
import { newStanding, type FrameVerdict, type StreamWatch } from '../protocol.ts';
import {
  chunkError,
  doneFrame,
  failureFrame,
  finishFrame,
  identityOf,
  isChoiceless,
  type ChunkIdentity,
} from './chunk.ts';
import { mendedFinish, mergeChoices, strongestFinish } from './merge-choices.ts';
import { createTextChunkShape } from './text-chunk-shape.ts';
import { createToolCallDeltas } from './tool-call-deltas.ts';
import { chatUsage } from './usage.ts';

export interface PatchedChatOptions {
  /** The caller did not ask for usage: the chunk that only reports it stays here. */
  readonly withholdUsage: boolean;
  /** The upstream may spread one answer over several choices, and end each of them. */
  readonly mergeChoices: boolean;
  /** The caller asked for one choice, so a second one is an error (unless they are merged). */
  readonly singleChoice: boolean;
  readonly mintToolCallId: (index: number) => string;
}

const broken = (message: string): FrameVerdict => ({ kind: 'broken', message });

export function createPatchedChatWatch(options: PatchedChatOptions): StreamWatch {
  const standing = newStanding();
  let identity: ChunkIdentity | null = null;
  let finishReason: unknown = null;
  /** With merged choices a finish may be followed by more of the answer, so the chunk that has it waits. */
  let heldFinish: string | null = null;
  const toolCalls = createToolCallDeltas(options.mintToolCallId);
  const shape = createTextChunkShape();

  function finishOf(reason: unknown): string {
    const finish = mendedFinish(reason, toolCalls.count);
    if (finish === 'stop' && reason !== 'stop') standing.endingMended = true;
    return finish;
  }

  function flushFinish(): string {
    if (heldFinish === null) return '';
    const frame = writeFrame(
      editJson(heldFinish, [{ op: 'set', path: ['choices', 0, 'finish_reason'], value: finishOf(finishReason) }]),
    );
    heldFinish = null;
    return frame;
  }

  function done(frame: string): FrameVerdict {
    if (finishReason === null && toolCalls.count > 0) return broken('The answer ended inside a tool call.');
    standing.ended = true;
    if (finishReason === null) standing.endingMended = true;
    const before = finishReason === null ? finishFrame(identity, 'stop') : flushFinish();
    return before === '' ? 'forward' : { kind: 'replace', text: before + frame };
  }

  function choiceless(payload: JsonObject, frame: string): FrameVerdict {
    const reports = isObject(payload['usage']) || isObject(payload['copilot_usage']);
    const before = heldFinish !== null && reports ? flushFinish() : '';
    const withheld = options.withholdUsage && reports;
    if (before === '') return withheld ? 'drop' : 'forward';
    return { kind: 'replace', text: withheld ? before : before + frame };
  }

  /** What is wrong with a chunk's choices, if anything. */
  function fault(choices: readonly unknown[]): string | undefined {
    for (const choice of choices) {
      if (!isObject(choice)) return 'The upstream sent a choice that is not an object.';
      const { content } = objectOf(choice['delta'] ?? choice['message']);
      if (content != null && typeof content !== 'string' && !Array.isArray(content)) {
        return 'The upstream sent content that is not text.';
      }
      const strange = typeof choice['index'] === 'number' && choice['index'] > 0;
      if (strange && options.singleChoice && !options.mergeChoices) return 'The upstream sent a second choice.';
    }
    return undefined;
  }

  function single(data: string, payload: JsonObject, choices: readonly unknown[], frame: string): FrameVerdict {
    let text = data;
    let choice = objectOf(choices[0]);
    const member = isObject(choice['delta']) || !isObject(choice['message']) ? 'delta' : 'message';
    if (options.mergeChoices && (choices.length > 1 || (typeof choice['index'] === 'number' && choice['index'] > 0))) {
      choice = mergeChoices(choices, member);
      text = JSON.stringify({ ...payload, choices: [choice] });
    }
    const delta = objectOf(choice[member]);
    const edits: JsonEdit[] = [];
    let heldCalls = false;
    if (Array.isArray(delta['tool_calls'])) {
      const read = toolCalls.read(delta['tool_calls'], ['choices', 0, member, 'tool_calls']);
      edits.push(...read.edits);
      heldCalls = read.held;
    }
    const saysMore = Object.entries(delta).some(
      ([key, value]) => key !== 'role' && key !== 'tool_calls' && value != null && value !== '',
    );
    const calls = Array.isArray(delta['tool_calls']) && delta['tool_calls'].length > 0 && !heldCalls;
    const reason = choice['finish_reason'];
    if (reason != null || saysMore || calls) standing.hasContent = true;

    if (reason != null) {
      const again = finishReason !== null;
      finishReason = strongestFinish([finishReason, reason]);
      const alreadySaid = again && (!options.mergeChoices || heldFinish !== null);
      if (alreadySaid && !saysMore && !calls) return 'drop';
      if (options.mergeChoices) return holdFinish(editJson(text, edits));
      const mended = again ? null : finishOf(reason);
      if (mended !== reason) edits.push({ op: 'set', path: ['choices', 0, 'finish_reason'], value: mended });
    } else if (heldCalls && !saysMore) {
      return 'drop';
    }
    const before = reason == null && (saysMore || calls) ? releaseHeld() : '';
    if (edits.length === 0 && text === data && before === '') return 'forward';
    if (edits.length === 0 && text === data) return { kind: 'replace', text: before + frame };
    return { kind: 'replace', text: before + writeFrame(editJson(text, edits)) };
  }

  function holdFinish(text: string): FrameVerdict {
    const before = releaseHeld();
    heldFinish = text;
    return before === '' ? 'drop' : { kind: 'replace', text: before };
  }

  /** More of the answer came: the held chunk goes down without its finish. */
  function releaseHeld(): string {
    if (heldFinish === null) return '';
    const frame = writeFrame(editJson(heldFinish, [{ op: 'set', path: ['choices', 0, 'finish_reason'], value: null }]));
    heldFinish = null;
    return frame;
  }

  /** With several choices asked for, each ends by itself: only the shape is checked. */
  function several(choices: readonly unknown[]): FrameVerdict {
    for (const choice of choices) {
      const { finish_reason: reason } = objectOf(choice);
      if (reason != null) finishReason = strongestFinish([finishReason, reason]);
    }
    standing.hasContent = true;
    return 'forward';
  }

  return {
    standing,
    frame(text, start, end) {
      if (shape.matchesWhole(text, start, end)) {
        standing.idle = false;
        return 'forward';
      }
      shape.forget();
      const { event, data, hasData } = readFrame(text, start, end);
      standing.idle = !hasData || data === '';
      if (standing.idle) return 'forward';
      const frame = text.slice(start, end);
      if (data === '[DONE]') return done(frame);
      const payload = parseLatin1Json(data);
      if (event === 'error') return { kind: 'upstream-error', payload: payload ?? data };
      if (!isObject(payload)) return broken('The upstream sent an event that is not a JSON object.');
      if (chunkError(payload) !== undefined) return { kind: 'upstream-error', payload };
      identity = identityOf(payload, identity);
      standing.usage = chatUsage(payload, standing.usage);
      const { choices } = payload;
      if (choices == null && isChoiceless(payload)) return choiceless(payload, frame);
      if (!Array.isArray(choices)) return broken('The upstream sent a chunk without choices.');
      if (choices.length === 0) return choiceless(payload, frame);
      const wrong = fault(choices);
      if (wrong !== undefined) return broken(wrong);
      if (choices.some((choice) => objectOf(choice)['finish_reason'] === 'error'))
        return { kind: 'upstream-error', payload };
      if (!options.singleChoice) return several(choices);
      const verdict = single(data, payload, choices, frame);
      const plain = verdict === 'forward' && heldFinish === null && payload['usage'] == null && choices.length === 1;
      if (plain) shape.learn(text, start, end, objectOf(choices[0]));
      return verdict;
    },
    completion() {
      if (finishReason === null) return null;
      standing.ended = true;
      return flushFinish() + doneFrame;
    },
    failure: (error) => failureFrame(error),
  };
}
