/** A large request body that undici does not hold for as long as its answer lasts: minutes, for a stream. */
import type { Dispatcher } from 'undici';

/** Below this a held body matters little, and one write of head and body is the faster way. */
const maxHeldBytes = 64 * 1024;

/** The same request, its large body readable once. Not for HTTP/2, where undici itself may have to send it again. */
export function withUnheldBody(options: Dispatcher.DispatchOptions): Dispatcher.DispatchOptions {
  const { body, headers } = options;
  if (!(body instanceof Uint8Array) || body.length <= maxHeldBytes || !Array.isArray(headers)) return options;
  const sized = [...headers, 'content-length', String(body.length)];
  return { ...options, headers: sized, body: takenOnce(body) };
}

/** undici takes any iterable; its types leave that out. */
function takenOnce(bytes: Uint8Array): Uint8Array {
  let left: Uint8Array | undefined = bytes;
  const iterator: Iterator<Uint8Array> = {
    next() {
      const value = left;
      left = undefined;
      return value === undefined ? { done: true, value } : { done: false, value };
    },
  };
  return { [Symbol.iterator]: () => iterator } as unknown as Uint8Array;
}
