/** One answer on a WebSocket: the events that HTTP would send as frames of text, each as a message of its own. */
import { EventEmitter } from 'node:events';
import { isObject, objectOf, parseJson } from '../canonical/json-value.ts';
import { createFrameSplitter, readFrame } from '../framing/server-sent-events.ts';
import type { AnswerOutput } from '../gateway/answer-output.ts';

/** The way out of a connection. */
export interface SocketWriter {
  /** Sends these messages, bytes of JSON, in one write. False: wait for `onDrain` before more. */
  send(messages: readonly Buffer[]): boolean;
  onDrain(listener: () => void): void;
  /** Keeps an idle connection open. */
  ping(): void;
  destroy(): void;
}

export interface SocketAnswerOptions {
  readonly writer: SocketWriter;
  readonly maxEventBytes: number;
  /** Each event as it goes down; data is a latin1 view. */
  readonly onEvent: (event: string, data: string) => void;
  /** The answer is over; its last message is on its way. */
  readonly onEnd: () => void;
}

export interface SocketAnswer extends AnswerOutput {
  /** The client is gone. */
  left(): void;
}

export function createSocketAnswer({ writer, maxEventBytes, onEvent, onEnd }: SocketAnswerOptions): SocketAnswer {
  const emitter = new EventEmitter();
  let status = 0;
  let replyHeaders: Readonly<Record<string, string | number>> = {};
  let messages: Buffer[] = [];
  let isOver = false;

  const splitter = createFrameSplitter(maxEventBytes, (text, _bytes, start, end) => {
    const { event, data, hasData } = readFrame(text, start, end);
    if (!hasData || data === '[DONE]') return;
    onEvent(event, data);
    messages.push(Buffer.from(data, 'latin1'));
  });

  function over() {
    if (isOver) return;
    isOver = true;
    onEnd();
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
      replyHeaders = headers;
    },
    write(bytes) {
      splitter.push(Buffer.from(bytes));
      const ready = messages;
      messages = [];
      if (ready.length > 0) return writer.send(ready);
      // A comment: its only use is that something is sent.
      writer.ping();
      return true;
    },
    end(body) {
      if (body !== undefined && !isOver) writer.send([Buffer.from(errorMessage(status, replyHeaders, body))]);
      over();
    },
    destroy() {
      writer.destroy();
      over();
    },
    once: (_event, listener) => writer.onDrain(listener),
    on: (event, listener) => emitter.on(event, listener),
    off: (event, listener) => emitter.off(event, listener),
    left: () => emitter.emit('close'),
  };
}

/** A refusal as the vendor writes it on a WebSocket: status, error and headers in one message. */
export function errorMessage(status: number, headers: Readonly<Record<string, string | number>>, body: string): string {
  const parsed = parseJson(body);
  const { error = { message: body } } = isObject(parsed) ? parsed : {};
  const told = Object.entries(headers).filter(([name]) => !/^(?:content-|connection$|x-content-type)/.test(name));
  return JSON.stringify({
    type: 'error',
    status,
    error: objectOf(error),
    headers: Object.fromEntries(told.map(([name, value]) => [name, String(value)])),
  });
}
