/** Follows a Messages stream that goes down as it came. */
import { isObject, objectOf } from '../../canonical/json-value.ts';
import type { ProxyError } from '../../errors/proxy-error.ts';
import { parseLatin1Json } from '../../framing/latin1-json.ts';
import { readFrame, writeFrame } from '../../framing/server-sent-events.ts';
import { newStanding, type FrameVerdict, type StreamWatch } from '../protocol.ts';
import { messagesErrorBody } from './error.ts';
import { messagesUsage, startUsage } from './usage.ts';

/** By far the most frames begin so, and nothing in them matters to us but that they came. */
const contentDelta = 'event: content_block_delta';

export function createMessagesWatch(): StreamWatch {
  const standing = newStanding();
  let started = false;
  let stopReason: unknown = null;
  let openBlock: { index: unknown; type: unknown } | null = null;
  let calledTool = false;

  function read(type: unknown, payload: Readonly<Record<string, unknown>>): FrameVerdict {
    switch (type) {
      case 'ping':
        return 'forward';
      case 'error':
        return { kind: 'upstream-error', payload };
      case 'message_start':
        started = true;
        standing.usage = startUsage(payload, standing.usage);
        break;
      case 'content_block_start': {
        standing.hasContent = true;
        const blockType = objectOf(payload['content_block'])['type'];
        openBlock = { index: payload['index'], type: blockType };
        if (blockType === 'tool_use') calledTool = true;
        break;
      }
      case 'content_block_stop':
        openBlock = null;
        break;
      case 'message_delta':
        standing.hasContent = true;
        stopReason = objectOf(payload['delta'])['stop_reason'] ?? stopReason;
        standing.usage = messagesUsage(payload['usage'], payload['copilot_usage'], standing.usage);
        break;
      case 'message_stop':
        standing.usage = messagesUsage(payload['usage'], payload['copilot_usage'], standing.usage);
        return stop(payload);
    }
    standing.idle = false;
    return 'forward';
  }

  function stop(payload: Readonly<Record<string, unknown>>): FrameVerdict {
    if (openBlock?.type === 'tool_use') return { kind: 'broken', message: 'The answer ended inside a tool call.' };
    standing.ended = true;
    // Who looks into the data alone would wait for an end that only the event's name tells.
    const isTold = payload['type'] === 'message_stop';
    if (isTold && stopReason !== null && openBlock === null) return 'forward';
    standing.endingMended = true;
    return { kind: 'replace', text: endingFrames() };
  }

  /** What is missing of an ending: the open block's stop, the reason, the stop itself. */
  function endingFrames(): string {
    let frames = '';
    if (openBlock) {
      frames += writeFrame(
        JSON.stringify({ type: 'content_block_stop', index: openBlock.index }),
        'content_block_stop',
      );
    }
    if (stopReason === null) {
      const delta = { stop_reason: calledTool ? 'tool_use' : 'end_turn', stop_sequence: null };
      const counts = { output_tokens: standing.usage?.outputTokens ?? 0 };
      frames += writeFrame(JSON.stringify({ type: 'message_delta', delta, usage: counts }), 'message_delta');
    }
    return frames + writeFrame('{"type":"message_stop"}', 'message_stop');
  }

  return {
    standing,
    frame(text, start, end) {
      if (text.startsWith(contentDelta, start)) {
        standing.hasContent = true;
        standing.idle = false;
        return 'forward';
      }
      standing.idle = true;
      const { event, data, hasData } = readFrame(text, start, end);
      if (!hasData || data === '') return 'forward';
      // Some upstreams close with the other dialect's mark, on which strict clients fail.
      if (data.trim() === '[DONE]') return 'drop';
      const payload = parseLatin1Json(data);
      if (!isObject(payload))
        return { kind: 'broken', message: 'The upstream sent an event that is not a JSON object.' };
      // Copilot's own gateway words a failure as chat does, whatever the endpoint.
      const isBareError = payload['type'] === undefined && payload['error'] != null;
      return read(event === 'error' || isBareError ? 'error' : (payload['type'] ?? event), payload);
    },
    completion() {
      if (!started || stopReason === null || openBlock?.type === 'tool_use') return null;
      standing.ended = true;
      return endingFrames();
    },
    failure: (error: ProxyError, exchangeId) =>
      writeFrame(JSON.stringify(messagesErrorBody(error, exchangeId)), 'error'),
  };
}
