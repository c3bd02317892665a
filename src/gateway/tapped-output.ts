/** An answer's door that lets somebody read along: for exchanges whose owner has them captured. */
import type { AnswerOutput } from './answer-output.ts';

export function tappedOutput(output: AnswerOutput, tap: (bytes: Buffer | string) => void): AnswerOutput {
  return {
    get statusCode() {
      return output.statusCode;
    },
    get headersSent() {
      return output.headersSent;
    },
    socket: output.socket,
    writeHead: (status, headers) => output.writeHead(status, headers),
    write(bytes) {
      tap(bytes);
      return output.write(bytes);
    },
    end(bytes) {
      if (bytes !== undefined) tap(bytes);
      return output.end(bytes);
    },
    destroy: () => output.destroy(),
    once: (event, listener) => output.once(event, listener),
    on: (event, listener) => output.on(event, listener),
    off: (event, listener) => output.off(event, listener),
  };
}
