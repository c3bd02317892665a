/** A watch that is chosen with its first frame: until then the request may still move to another endpoint. */
import { newStanding, type StreamWatch } from '../protocols/protocol.ts';

export function createLazyWatch(create: () => StreamWatch): StreamWatch {
  const before = newStanding();
  /** Who follows the stream, or how to get one. What makes it holds the request, and the answer may take minutes. */
  let watch: StreamWatch | (() => StreamWatch) = create;

  function chosen(): StreamWatch {
    if (typeof watch === 'function') watch = watch();
    return watch;
  }

  return {
    get standing() {
      return typeof watch === 'function' ? before : watch.standing;
    },
    frame: (text, start, end) => chosen().frame(text, start, end),
    completion: () => chosen().completion(),
    failure: (error, exchangeId) => chosen().failure(error, exchangeId),
  };
}
