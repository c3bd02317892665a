/** A whole stream of one protocol as a whole stream of another, for callers who did not ask for a stream. */
import { ProxyError } from '../errors/proxy-error.ts';
import { createFrameSplitter } from '../framing/server-sent-events.ts';
import type { StreamWatch } from '../protocols/protocol.ts';
import { parseInBandError } from '../upstream/copilot/errors.ts';
import { utf8Of } from './latin1-view.ts';

/** Errors: `upstream_invalid_response`, `upstream_truncated`, or what the stream says of itself. */
export function translateStream(stream: Buffer, watch: StreamWatch, maxEventBytes: number): Buffer {
  let text = '';
  const splitter = createFrameSplitter(maxEventBytes, (view, _bytes, start, end) => {
    if (watch.standing.ended) return;
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
  // A last frame that no blank line closed counts if it is whole.
  if (!splitter.push(Buffer.concat([stream, Buffer.from('\n\n')]))) {
    throw new ProxyError('upstream_invalid_response', 'The upstream sent an event over the size limit.');
  }
  if (!watch.standing.ended) {
    const completion = watch.completion();
    if (completion === null) {
      throw new ProxyError('upstream_truncated', 'The upstream broke off before its answer was complete.');
    }
    text += completion;
  }
  return Buffer.from(text, 'latin1');
}
