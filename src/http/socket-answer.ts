/** One answer on a WebSocket: the events that HTTP would send as frames of text, each as a message of its own. */
import { isObject, objectOf, parseJson } from '../canonical/json-value.ts';
import { createFrameSplitter, readFrame } from '../framing/server-sent-events.ts';
import { createInnerOutput, type InnerOutput } from '../gateway/inner-output.ts';

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

export function createSocketAnswer({ writer, maxEventBytes, onEvent, onEnd }: SocketAnswerOptions): InnerOutput {
  let status = 0;
  let replyHeaders: Readonly<Record<string, string | number>> = {};
  let messages: Buffer[] = [];

  const splitter = createFrameSplitter(maxEventBytes, (text, _bytes, start, end) => {
    const { event, data, hasData } = readFrame(text, start, end);
    if (!hasData || data === '[DONE]') return;
    onEvent(event, data);
    messages.push(Buffer.from(data, 'latin1'));
  });

  return createInnerOutput({
    head(code, headers) {
      status = code;
      replyHeaders = headers;
    },
    flush: () => undefined,
    data(bytes) {
      if (status >= 400) return writer.send([Buffer.from(errorMessage(status, replyHeaders, String(bytes)))]);
      splitter.push(Buffer.from(bytes));
      const ready = messages;
      messages = [];
      if (ready.length > 0) return writer.send(ready);
      // A comment: its only use is that something is sent.
      writer.ping();
      return true;
    },
    onDrain: (listener) => writer.onDrain(listener),
    over(isWhole) {
      if (!isWhole) writer.destroy();
      onEnd();
    },
  });
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
