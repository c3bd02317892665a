/** An output to which server-sent events are written, and which frames them as its caller does. */
import type { AnswerOutput } from '../answer-output.ts';
import type { StreamFraming } from '../gateway.ts';
import { contentTypeOf, createStreamDress } from '../stream-framing.ts';

export function createFramedOutput(output: AnswerOutput, framing: StreamFraming): AnswerOutput {
  const dress = createStreamDress(framing);
  /** Refusals come in one piece. */
  let isStream = false;

  function write(bytes: Buffer | string): boolean {
    if (!isStream) return output.write(bytes);
    const framed = dress.frames(bytes.toString());
    return framed === '' || output.write(framed);
  }

  return {
    get statusCode() {
      return output.statusCode;
    },
    get headersSent() {
      return output.headersSent;
    },
    socket: output.socket,
    writeHead(status, headers) {
      isStream = headers['content-type'] === contentTypeOf.sse;
      output.writeHead(status, isStream ? { ...headers, 'content-type': contentTypeOf[framing] } : headers);
    },
    flushHeaders: () => output.flushHeaders?.(),
    write,
    end(bytes) {
      if (!isStream) return output.end(bytes);
      if (bytes !== undefined) write(bytes);
      return output.end(dress.close());
    },
    destroy: () => output.destroy(),
    once: (event, listener) => output.once(event, listener),
    on: (event, listener) => output.on(event, listener),
    off: (event, listener) => output.off(event, listener),
  };
}
