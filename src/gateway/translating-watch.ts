/** Follows an upstream stream of one protocol, and says it in another: decoder, restored calls, encoder. */
import type { StreamPart } from '../canonical/stream-part.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { readFrame } from '../framing/server-sent-events.ts';
import {
  newStanding,
  type DecodeVerdict,
  type FrameVerdict,
  type StreamDecoder,
  type StreamEncoder,
  type StreamWatch,
} from '../protocols/protocol.ts';
import { utf8Text } from './latin1-view.ts';

export interface Translation {
  createDecoder(emit: (part: StreamPart) => void): StreamDecoder;
  createEncoder(write: (frames: string) => void): StreamEncoder;
  /**
   * What stands between the two: calls under their own names again, stop sequences looked for. Calls `onCut` when the
   * answer is over for us while the upstream goes on.
   */
  restore(emit: (part: StreamPart) => void, onCut: () => void): (part: StreamPart) => void;
}

export function createTranslatingWatch(translation: Translation): StreamWatch {
  const standing = newStanding();
  /** What the encoder wrote since the last frame. */
  let written = '';
  const encoder = translation.createEncoder((frames) => {
    written += frames;
  });
  const push = translation.restore(
    (part) => encoder.push(part),
    () => {
      standing.ended = true;
      standing.upstreamLeft = true;
    },
  );
  const decoder = translation.createDecoder((part) => {
    if (!standing.ended) {
      observe(part);
      push(part);
    }
  });

  function observe(part: StreamPart) {
    switch (part.type) {
      case 'start':
      case 'usage':
        standing.usage = part.usage ?? standing.usage;
        break;
      case 'delta':
      case 'block-start':
      case 'finish':
        standing.hasContent = true;
        break;
      default:
    }
    standing.idle = false;
  }

  /** What was written and not yet handed on. */
  function taken(): string {
    const text = written;
    written = '';
    return text;
  }

  function judge(verdict: DecodeVerdict): FrameVerdict {
    if (typeof verdict === 'object') return verdict;
    if (verdict === 'ended') end();
    const text = taken();
    return text === '' ? 'drop' : { kind: 'replace', text };
  }

  function end() {
    standing.ended = true;
    standing.endingMended = decoder.endingMended;
  }

  return {
    standing,
    frame(text, start, end) {
      standing.idle = true;
      const { event, data, hasData } = readFrame(text, start, end);
      if (!hasData || data === '') return 'drop';
      try {
        return judge(decoder.push(event, data));
      } catch (thrown) {
        return { kind: 'broken', message: reasonOf(thrown) };
      }
    },
    completion() {
      try {
        if (!decoder.end()) return null;
      } catch (thrown) {
        reasonOf(thrown);
        return null;
      }
      end();
      return taken();
    },
    // What was written before something went wrong in the same frame was said, and numbers count it.
    failure: (error, exchangeId) => utf8Text(taken()) + encoder.failure(error, exchangeId),
  };
}

/** Why an encoder cannot go on, e.g. for want of sound tool arguments. */
function reasonOf(thrown: unknown): string {
  if (thrown instanceof ProxyError) return thrown.message;
  // What the engine can parse at any depth it cannot always write again.
  if (thrown instanceof RangeError) return 'The upstream sent something that is nested too deeply.';
  throw thrown;
}
