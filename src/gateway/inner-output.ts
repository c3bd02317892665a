/** An answer that stays in this process for now: it goes to a listener in place of a connection. */
import { EventEmitter } from 'node:events';
import type { AnswerOutput } from './answer-output.ts';

export interface AnswerListener {
  head(status: number, headers: Readonly<Record<string, string | number>>): void;
  /** The head goes before its body is there. */
  flush(): void;
  /** False: wait for `onDrain` before more. */
  data(bytes: Buffer | string): boolean;
  onDrain(listener: () => void): void;
  /** The answer is over, once; `isWhole` where it came to its own end. */
  over(isWhole: boolean): void;
}

export interface InnerOutput extends AnswerOutput {
  /** The caller is gone. */
  leave(): void;
}

export function createInnerOutput(listener: AnswerListener): InnerOutput {
  const emitter = new EventEmitter();
  let status = 0;
  let isOver = false;

  function over(isWhole: boolean) {
    if (isOver) return;
    isOver = true;
    listener.over(isWhole);
  }

  return {
    get statusCode() {
      return status;
    },
    get headersSent() {
      return status !== 0;
    },
    socket: null,
    writeHead(code, headers) {
      status = code;
      listener.head(code, headers);
    },
    flushHeaders: () => listener.flush(),
    write: (bytes) => isOver || listener.data(bytes),
    end(bytes) {
      if (bytes !== undefined && !isOver) listener.data(bytes);
      over(true);
    },
    destroy: () => over(false),
    once: (_event, drained) => listener.onDrain(drained),
    on: (event, heard) => emitter.on(event, heard),
    off: (event, heard) => emitter.off(event, heard),
    leave: () => void emitter.emit('close'),
  };
}
