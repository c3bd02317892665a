/** An upstream's stream in the words of another protocol, for callers who did not ask for a stream: taken in as it comes. */
import { isUtf8 } from 'node:buffer';
import { ProxyError } from '../errors/proxy-error.ts';
import { parseJson } from '../canonical/json-value.ts';
import { createFrameSplitter, readFrame } from '../framing/server-sent-events.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { parseInBandError } from '../upstream/copilot/errors.ts';
import { utf8Of } from './latin1-view.ts';

/** Errors of both: `invalid_utf8`, `upstream_invalid_response`, or what the stream says of itself. */
export interface StreamTranslator {
  push(chunk: Buffer): void;
  /** The stream as the caller's protocol says it. Errors: `upstream_truncated` where the upstream broke off. */
  end(): Buffer;
  /** The answer is whole: what comes behind it is nobody's. */
  readonly ended: boolean;
  /** The answer is over for the caller while the upstream goes on: its call must end. */
  readonly upstreamLeft: boolean;
}

export function createStreamTranslator(watch: StreamWatch, maxEventBytes: number): StreamTranslator {
  let text = '';
  const splitter = createFrameSplitter(maxEventBytes, (view, bytes, start, end) => {
    if (watch.standing.ended) return;
    // What an encoder passes on may be only a part of what came.
    if (!isUtf8(bytes.subarray(start, end)))
      throw new ProxyError('invalid_utf8', 'The upstream sent bytes that are not UTF-8.');
    const verdict = watch.frame(view, start, end);
    if (typeof verdict !== 'object') return;
    switch (verdict.kind) {
      case 'replace':
        text += verdict.text;
        break;
      case 'upstream-error':
        throw parseInBandError(utf8Of(verdict.payload));
      case 'broken':
        throw new ProxyError('upstream_invalid_response', verdict.message);
    }
  });

  function push(chunk: Buffer) {
    if (!splitter.push(chunk))
      throw new ProxyError('upstream_invalid_response', 'The upstream sent an event over the size limit.');
  }

  return {
    push,
    end() {
      if (!watch.standing.ended && isWholeFrame(splitter.rest())) push(Buffer.from('\n\n'));
      if (!watch.standing.ended) {
        const completion = watch.completion();
        if (completion === null)
          throw new ProxyError('upstream_truncated', 'The upstream broke off before its answer was complete.');
        text += completion;
      }
      return Buffer.from(text, 'latin1');
    },
    get ended() {
      return watch.standing.ended;
    },
    get upstreamLeft() {
      return watch.standing.upstreamLeft;
    },
  };
}

/** A last frame that no blank line closed counts if it is whole; half of one never happened. */
export function isWholeFrame(rest: Buffer): boolean {
  if (rest.length === 0) return false;
  const text = `${rest.toString('latin1')}\n\n`;
  const { data, hasData } = readFrame(text, 0, text.length);
  return hasData && (data.trim() === '[DONE]' || parseJson(data) !== undefined);
}
