/** One caller's Responses WebSocket: its calls one after the other, and the last answer that the next may go on from. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { Caller } from '../canonical/caller.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError, toProxyError } from '../errors/proxy-error.ts';
import type { Gateway, InferenceRoute } from '../gateway/gateway.ts';
import type { InnerOutput } from '../gateway/inner-output.ts';
import { errorEncoders } from '../protocols/error-encoders.ts';
import { createAnswerItems } from './answer-items.ts';
import { prewarmEvents } from './prewarm-events.ts';
import { readSocketFrame, type Remembered, type ResponseCreate } from './response-create.ts';
import { createSocketAnswer, errorMessage, type SocketWriter } from './socket-answer.ts';

export interface ConnectionOptions {
  readonly route: InferenceRoute;
  readonly gateway: Gateway;
  readonly limits: LimitsConfig;
  readonly clock: Clock;
  readonly newId: () => string;
  /** The upgrade's, less what was said of the connection. */
  readonly headers: IncomingHttpHeaders;
  /** Whose key it is, at each call anew: keys are revoked while connections stay open. */
  readonly identify: () => Caller | ProxyError;
  readonly draining: () => boolean;
  readonly writer: SocketWriter;
  /** Says goodbye with a code of RFC 6455 and a reason. */
  readonly close: (code: number, reason: string) => void;
}

export interface ResponsesConnection {
  /** A whole message, UTF-8. */
  take(message: Buffer): void;
  /** The client is gone: what runs for it ends. */
  left(): void;
  /** Closes once nothing runs or waits any more. */
  finish(code: number, reason: string): void;
  /** Since when nothing runs, in monotonic ms; null while something does. */
  readonly idleSinceMs: number | null;
}

/** Clients send one call at a time; some send the next before they have read the end of the last. */
const maxWaiting = 32;

export function createResponsesConnection(options: ConnectionOptions): ResponsesConnection {
  const { route, gateway, limits, clock, newId, writer } = options;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let running: InnerOutput | 'soon' | undefined;
  let remembered: Remembered | undefined;
  let idleSinceMs: number | null = clock.monotonic();
  let goodbye: { readonly code: number; readonly reason: string } | undefined;
  let isOpen = true;

  function next() {
    running = undefined;
    if (!isOpen) return;
    const message = waiting.shift();
    if (message !== undefined) {
      waitingBytes -= message.length;
      if (!play(message)) next();
      return;
    }
    idleSinceMs = clock.monotonic();
    if (goodbye) close(goodbye.code, goodbye.reason);
  }

  /** Whether the call runs on; else its answer has been given. */
  function play(message: Buffer): boolean {
    const exchangeId = newId();
    try {
      if (options.draining()) throw new ProxyError('draining', 'The proxy is shutting down.');
      const caller = options.identify();
      if (caller instanceof ProxyError) throw caller;
      const frame = readSocketFrame(message.toString('latin1'), remembered);
      if (frame.kind === 'ignored') return false;
      const body = Buffer.from(frame.body, 'latin1');
      if (body.length > limits.maxBodyBytes)
        throw new ProxyError(
          'request_too_large',
          `The conversation of this connection is larger than ${limits.maxBodyBytes} bytes.`,
        );
      if (frame.generate) generate(frame, body, exchangeId, caller);
      else prewarm(frame, exchangeId);
      return frame.generate;
    } catch (thrown) {
      refuse(toProxyError(thrown), exchangeId);
      return false;
    }
  }

  function generate(frame: ResponseCreate, body: Buffer, exchangeId: string, caller: Caller) {
    const { initiator } = frame;
    const items = createAnswerItems(frame.conversation);
    const answer = createSocketAnswer({
      writer,
      maxEventBytes: limits.maxEventBytes,
      onEvent: (event, data) => items.push(event, data),
      onEnd() {
        // A failed call leaves what was before it: the client may ask again from there.
        remembered = items.whole ?? remembered;
        running = 'soon';
        // The exchange is still telling its end.
        queueMicrotask(next);
      },
    });
    running = answer;
    const headers = { ...options.headers, ...(initiator !== undefined && { 'x-initiator': initiator }) };
    gateway.answer({ route, exchangeId, headers, body, caller }, answer);
  }

  function prewarm({ conversation, model }: ResponseCreate, exchangeId: string) {
    const responseId = `resp_${exchangeId.replaceAll('-', '')}`;
    remembered = { ...conversation, responseId };
    const events = prewarmEvents(responseId, model, Math.floor(clock.now() / 1000));
    writer.send(events.map((event) => Buffer.from(event, 'latin1')));
  }

  function refuse(error: ProxyError, exchangeId: string) {
    const { status, headers, body } = errorEncoders[route.protocol].encodeError(error, exchangeId);
    const told = { ...headers, 'x-crossfeed-exchange': exchangeId };
    writer.send([Buffer.from(errorMessage(status, told, body))]);
  }

  function close(code: number, reason: string) {
    options.close(code, reason);
    left();
  }

  function left() {
    if (!isOpen) return;
    isOpen = false;
    waiting = [];
    remembered = undefined;
    if (typeof running === 'object') running.leave();
  }

  return {
    take(message) {
      if (!isOpen) return;
      waiting.push(message);
      waitingBytes += message.length;
      if (running === undefined) {
        idleSinceMs = null;
        next();
      } else if (waiting.length > maxWaiting || waitingBytes > limits.maxBodyBytes) {
        // An error among the events of the call that runs would be taken for its own.
        close(1013, 'too many calls wait on this connection');
      }
    },
    left,
    finish(code, reason) {
      goodbye ??= { code, reason };
      if (running === undefined && isOpen) close(code, reason);
    },
    get idleSinceMs() {
      return idleSinceMs;
    },
  };
}
