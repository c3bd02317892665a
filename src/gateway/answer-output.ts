/** Where an answer goes: a `node:http` response is one as it is; a WebSocket's frames are another. */
export interface AnswerOutput {
  readonly statusCode: number;
  readonly headersSent: boolean;
  /** Whose `end` says that the client left; null where `close` alone says it. */
  readonly socket: AnswerSocket | null;
  writeHead(status: number, headers: Readonly<Record<string, string | number>>): unknown;
  /** Sends the head at once: else it goes with the first bytes behind it. */
  flushHeaders?(): unknown;
  /** Whole frames of a stream, or an answer in one piece. False: wait for `drain` before more. */
  write(bytes: Buffer | string): boolean;
  end(bytes?: string): unknown;
  /** Ends everything at once; what is still to be written is lost. */
  destroy(): unknown;
  once(event: 'drain', listener: () => void): unknown;
  /** `close`: nobody is there any more. */
  on(event: 'close' | 'error', listener: () => void): unknown;
  off(event: 'close', listener: () => void): unknown;
}

interface AnswerSocket {
  on(event: 'end', listener: () => void): unknown;
  off(event: 'end', listener: () => void): unknown;
}
