/** Follows a Chat Completions stream that goes down as it came, without parsing the chunks that carry only text. */
import { isObject, objectOf, parseJson, type JsonObject } from '../../canonical/json-value.ts';
import type { TokenUsage } from '../../canonical/token-usage.ts';
import { readFrame } from '../../framing/server-sent-events.ts';
import type { FrameVerdict, StreamWatch } from '../protocol.ts';
import { chunkError, doneFrame, failureFrame, finishFrame, identityOf, type ChunkIdentity } from './chunk.ts';
import { chatUsage } from './usage.ts';

/**
 * Where a word stands next in a text that is looked through once, front to back, however many frames are in it.
 * JSON escapes quotes inside strings, so a word with its closing quote is only ever a whole string: a key, or a value.
 */
function wordFinder(word: string) {
  let searched = '';
  let next = -1;
  return {
    /** The index of the first `word` in `[from, end)` of `text`, or -1. */
    find(text: string, from: number, end: number): number {
      if (text !== searched || next < from) {
        searched = text;
        next = text.indexOf(word, from);
        if (next < 0) next = Infinity;
      }
      return next < end ? next : -1;
    },
  };
}

/** Whether the value of the key that ends at `at` is neither missing nor null. */
function hasValue(text: string, at: number): boolean {
  let cursor = at;
  while (text.charCodeAt(cursor) <= 0x20) cursor += 1;
  if (text[cursor] !== ':') return false;
  cursor += 1;
  while (text.charCodeAt(cursor) <= 0x20) cursor += 1;
  return !text.startsWith('null', cursor);
}

export function createChatWatch(): StreamWatch {
  let ended = false;
  let hasContent = false;
  let idle = true;
  let finished = false;
  let calledTool = false;
  let usage: TokenUsage | null = null;
  let identity: ChunkIdentity | null = null;
  const finishes = wordFinder('finish_reason"');
  const usages = wordFinder('usage"');
  const errors = wordFinder('error"');
  const calls = wordFinder('tool_calls"');

  /** Whether the chunk says anything but text, which can be told without parsing it. */
  function saysMore(text: string, start: number, end: number): boolean {
    const finish = finishes.find(text, start, end);
    if (finish >= 0 && hasValue(text, finish + 'finish_reason"'.length)) return true;
    const used = usages.find(text, start, end);
    if (used >= 0 && hasValue(text, used + 'usage"'.length)) return true;
    if (errors.find(text, start, end) >= 0) return true;
    return !calledTool && calls.find(text, start, end) >= 0;
  }

  function read(payload: JsonObject): FrameVerdict {
    const error = chunkError(payload);
    if (error !== undefined) return { kind: 'upstream-error', payload };
    identity = identityOf(payload, identity);
    usage = chatUsage(payload) ?? usage;
    for (const entry of Array.isArray(payload['choices']) ? payload['choices'] : []) {
      const { delta, message, finish_reason: finishReason } = objectOf(entry);
      if (finishReason === 'error') return { kind: 'upstream-error', payload };
      if (typeof finishReason === 'string') finished = true;
      const { tool_calls: toolCalls, role: _role, content, ...rest } = objectOf(delta ?? message);
      if (Array.isArray(toolCalls) && toolCalls.length > 0) calledTool = true;
      const spoke = typeof content === 'string' ? content !== '' : content != null;
      if (spoke || calledTool || finished || Object.values(rest).some((value) => value != null)) hasContent = true;
    }
    return 'forward';
  }

  function done(): FrameVerdict {
    if (finished) {
      ended = true;
      return 'forward';
    }
    if (calledTool) return { kind: 'broken', message: 'The answer ended inside a tool call.' };
    ended = true;
    return { kind: 'replace', text: finishFrame(identity, 'stop') + doneFrame };
  }

  return {
    frame(text, start, end) {
      idle = false;
      if (hasContent && text.startsWith('data: {', start) && !saysMore(text, start, end)) return 'forward';
      const { event, data, hasData } = readFrame(text, start, end);
      if (!hasData || data === '') {
        idle = true;
        return 'forward';
      }
      if (data === '[DONE]') return done();
      const payload = parseJson(data);
      if (event === 'error') return { kind: 'upstream-error', payload: payload ?? data };
      if (isObject(payload)) return read(payload);
      // Schema questions are the client's on this lane; what is not even the start of an object cannot be a chunk.
      if (data.trimStart().startsWith('{')) return 'forward';
      return { kind: 'broken', message: 'The upstream sent an event that is not a JSON object.' };
    },
    get ended() {
      return ended;
    },
    get hasContent() {
      return hasContent;
    },
    get idle() {
      return idle;
    },
    get usage() {
      return usage;
    },
    completion() {
      if (!finished) return null;
      ended = true;
      return doneFrame;
    },
    failure: (error) => failureFrame(error),
  };
}
