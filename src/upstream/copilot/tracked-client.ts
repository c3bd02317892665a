/** An undici client that knows its connection: whether it was used before, and when an answer's head is due. */
import type { Socket } from 'node:net';
import { Client } from 'undici';
import type { buildConnector, Dispatcher } from 'undici';
import { withUnheldBody } from './unheld-body.ts';

/** What is known of the one connection that a client holds. */
export interface ConnectionUse {
  /** A socket that dies on its second request lost a keep-alive race, nothing more. */
  requests: number;
  /** HTTP/2: other streams share it, and undici itself moves the untouched ones. */
  shared: boolean;
  /** Between a request and the final head of its answer. */
  headDue: boolean;
}

/** A handler that wants to know which connection carries it. */
export interface TrackedHandler extends Dispatcher.DispatchHandler {
  connection: ConnectionUse | undefined;
}

/** Made by pools in place of their own client: undici tells a handler nothing about its socket. */
export function createTrackedClient(origin: URL | string, options: Client.Options): Dispatcher {
  const use: ConnectionUse = { requests: 0, shared: false, headDue: false };
  const { connect } = options;
  return new TrackedClient(
    origin,
    typeof connect === 'function' ? { ...options, connect: watched(connect, use) } : options,
    use,
  );
}

class TrackedClient extends Client {
  readonly #use: ConnectionUse;
  readonly #maySendAgain: boolean;

  constructor(origin: URL | string, options: Client.Options, use: ConnectionUse) {
    super(origin, options);
    this.#use = use;
    this.#maySendAgain = options.allowH2 === true;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (isTracked(handler)) handler.connection = this.#use;
    return super.dispatch(this.#maySendAgain ? options : withUnheldBody(options), handler);
  }
}

function isTracked(handler: Dispatcher.DispatchHandler): handler is TrackedHandler {
  return 'connection' in handler;
}

function watched(connect: buildConnector.connector, use: ConnectionUse): buildConnector.connector {
  return (target, callback) => {
    connect(target, (...outcome) => {
      const [failure, socket] = outcome;
      // Not `socket === null`: undici leaves it out where its types promise a null.
      if (failure === null) {
        use.requests = 0;
        use.headDue = false;
        use.shared = 'alpnProtocol' in socket && socket.alpnProtocol === 'h2';
        if (!use.shared) skipContinue(socket, use);
      }
      callback(...outcome);
    });
  };
}

/**
 * undici 8.12 destroys a connection that says `100 Continue` unasked, though RFC 9110 §15.2 has a client read on. Only
 * a whole one at the start of an answer is taken out; the other 1xx undici knows.
 */
function skipContinue(socket: Socket, use: ConnectionUse): void {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  socket.read = (size?: number): Buffer | null => {
    const chunk = read(size);
    if (chunk === null || !use.headDue) return chunk;
    const rest = withoutContinue(chunk);
    return rest.length === 0 ? read(size) : rest;
  };
}

/** By its bytes, `HTTP/1.1 100`: this looks at the first piece of every answer. */
function saysContinue(chunk: Buffer): boolean {
  return chunk[9] === 0x31 && chunk[10] === 0x30 && chunk[11] === 0x30 && chunk[0] === 0x48 && chunk[4] === 0x2f;
}

const endOfHead = Buffer.from('\r\n\r\n');

function withoutContinue(chunk: Buffer): Buffer {
  let rest = chunk;
  while (saysContinue(rest)) {
    const end = rest.indexOf(endOfHead);
    if (end < 0) break;
    rest = rest.subarray(end + endOfHead.length);
  }
  return rest;
}
