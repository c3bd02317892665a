/** A streamed answer as one text, for the few calls that want it whole. */
import { ProxyError } from '../../errors/proxy-error.ts';
import type { UpstreamReceiver } from '../upstream.ts';
import type { RunningCall } from './call.ts';

/** Rejects with the call's `ProxyError`, or where the answer is longer than `maxBytes`. */
export function collectText(
  maxBytes: number,
  start: (receiver: UpstreamReceiver) => RunningCall | null,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    let bytes = 0;
    let call: RunningCall | null = null;
    call = start({
      onHead: () => undefined,
      onData(chunk) {
        bytes += chunk.length;
        pieces.push(chunk);
        if (bytes > maxBytes) call?.end(new ProxyError('upstream_invalid_response', 'The answer is too long.'));
      },
      onEnd: () => resolve(Buffer.concat(pieces).toString('utf8')),
      onFailure: reject,
    });
  });
}
