/** Follows a Chat Completions stream that goes down as it came. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { readFrame } from '../../framing/server-sent-events.ts';
import { newStanding, type FrameVerdict, type StreamWatch } from '../protocol.ts';
import { chunkError, doneFrame, failureFrame, finishFrame, identityOf, type ChunkIdentity } from './chunk.ts';
import { createTextChunkShape } from './text-chunk-shape.ts';
import { chatUsage } from './usage.ts';

export function createChatWatch(): StreamWatch {
  const standing = newStanding();
  let finished = false;
  let calledTool = false;
  let identity: ChunkIdentity | null = null;
  const shape = createTextChunkShape();

  function read(payload: JsonObject): FrameVerdict {
    const error = chunkError(payload);
    if (error !== undefined) return { kind: 'upstream-error', payload };
    identity = identityOf(payload, identity);
    standing.usage = chatUsage(payload, standing.usage);
    for (const entry of Array.isArray(payload['choices']) ? payload['choices'] : []) {
      const { delta, message, finish_reason: finishReason } = objectOf(entry);
      if (finishReason === 'error') return { kind: 'upstream-error', payload };
      if (typeof finishReason === 'string') finished = true;
      const { tool_calls: toolCalls, role: _role, content, ...rest } = objectOf(delta ?? message);
      if (Array.isArray(toolCalls) && toolCalls.length > 0) calledTool = true;
      const spoke = typeof content === 'string' ? content !== '' : content != null;
      if (spoke || calledTool || finished || Object.values(rest).some((value) => value != null))
        standing.hasContent = true;
    }
    return 'forward';
  }

  function done(): FrameVerdict {
    if (finished) {
      standing.ended = true;
      return 'forward';
    }
    if (calledTool) return { kind: 'broken', message: 'The answer ended inside a tool call.' };
    standing.ended = standing.endingMended = true;
    return { kind: 'replace', text: finishFrame(identity, 'stop') + doneFrame };
  }

  return {
    standing,
    frame(text, start, end) {
      standing.idle = false;
      if (shape.matches(text, start, end)) return 'forward';
      shape.forget();
      const { event, data, hasData } = readFrame(text, start, end);
      if (!hasData || data === '') {
        standing.idle = true;
        return 'forward';
      }
      if (data === '[DONE]') return done();
      const payload = parseLatin1Json(data);
      if (event === 'error') return { kind: 'upstream-error', payload: payload ?? data };
      if (isObject(payload)) {
        const verdict = read(payload);
        const { choices } = payload;
        if (payload['usage'] == null && Array.isArray(choices) && choices.length === 1) {
          shape.learn(text, start, end, objectOf(choices[0]));
        }
        return verdict;
      }
      // Schema questions are the client's on this lane; what is not even the start of an object cannot be a chunk.
      if (data.trimStart().startsWith('{')) return 'forward';
      return { kind: 'broken', message: 'The upstream sent an event that is not a JSON object.' };
    },
    completion() {
      if (!finished) return null;
      standing.ended = true;
      return doneFrame;
    },
    failure: (error) => failureFrame(error),
  };
}
