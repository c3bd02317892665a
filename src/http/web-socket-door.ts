/** Takes upgrades to WebSocket that were let in, and looks after the connections: pings, idle and life time, the drain. */
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { WebSocket, WebSocketServer } from 'ws';
import type { Caller } from '../canonical/caller.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { InferenceRoute } from '../gateway/gateway.ts';
import { createResponsesConnection, type ConnectionOptions, type ResponsesConnection } from './responses-connection.ts';

export type WebSocketDoorOptions = Omit<ConnectionOptions, 'route' | 'headers' | 'identify' | 'writer' | 'close'>;

export interface WebSocketDoor {
  /**
   * Takes over the connection of an upgrade whose caller was let in; `response` writes no more. Returns why not, where
   * the handshake is not one. `identify` is asked at each call anew.
   */
  accept(
    request: IncomingMessage,
    response: ServerResponse,
    identify: () => Caller | ProxyError,
  ): ProxyError | undefined;
  /** Lets running answers end, and closes all connections with them. */
  drain(): void;
}

/** Shorter than the time after which home routers forget a connection. */
const pingEveryMs = 30_000;
/** A client that is busy answers late; one that is gone never. */
const maxMissedPongs = 3;
/** The vendor's own bound. Clients connect again by themselves. */
const lifeMs = 60 * 60 * 1000;
const idleMs = 30 * 60 * 1000;

interface Open {
  readonly socket: WebSocket;
  readonly connection: ResponsesConnection;
  readonly openedAtMs: number;
  missedPongs: number;
}

export function createWebSocketDoor(options: WebSocketDoorOptions): WebSocketDoor {
  const { clock, limits } = options;
  const open = new Set<Open>();
  let isWatching = false;
  let server: Promise<WebSocketServer> | undefined;

  /** Loaded with the first upgrade: most callers never make one. */
  function load(): Promise<WebSocketServer> {
    const settings = { noServer: true, clientTracking: false, maxPayload: limits.maxBodyBytes };
    // Compressing what crosses a loopback costs more than it saves.
    return (server ??= import('ws').then((ws) => new ws.WebSocketServer({ ...settings, perMessageDeflate: false })));
  }

  function welcome(socket: WebSocket, request: IncomingMessage, identify: () => Caller | ProxyError) {
    const raw = request.socket;
    const left = () => connection.left();
    const connection = createResponsesConnection({
      ...options,
      route,
      headers: callHeaders(request.headers),
      identify,
      writer: {
        send(messages) {
          // A client that has said goodbye reads no more, and may keep the connection for a while.
          if (socket.readyState !== socket.OPEN) queueMicrotask(left);
          raw.cork();
          for (const message of messages) socket.send(message, { binary: false });
          raw.uncork();
          return !raw.writableNeedDrain;
        },
        onDrain: (listener) => void raw.once('drain', listener),
        ping: () => socket.ping(),
        destroy: () => socket.terminate(),
      },
      close: (code, reason) => socket.close(code, reason),
    });
    const one: Open = { socket, connection, openedAtMs: clock.monotonic(), missedPongs: 0 };
    open.add(one);
    watch();
    socket.on('message', (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) socket.close(1003, 'messages are text');
      else connection.take(data);
    });
    socket.on('pong', () => (one.missedPongs = 0));
    // `close` follows, and says all there is to know.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(one);
      left();
    });
    if (options.draining()) connection.finish(...goingAway);
  }

  function watch() {
    if (isWatching) return;
    isWatching = true;
    clock.after(pingEveryMs, () => {
      isWatching = false;
      for (const one of open) look(one);
      if (open.size > 0) watch();
    });
  }

  function look(one: Open) {
    const nowMs = clock.monotonic();
    const { idleSinceMs } = one.connection;
    one.missedPongs += 1;
    if (one.missedPongs > maxMissedPongs) return one.socket.terminate();
    one.socket.ping();
    if (nowMs - one.openedAtMs >= lifeMs) one.connection.finish(1000, 'connection lifetime');
    if (idleSinceMs !== null && nowMs - idleSinceMs >= idleMs) one.connection.finish(1000, 'idle');
  }

  return {
    accept(request, response, identify) {
      const fault = handshakeFault(request);
      if (fault) return fault;
      const { socket } = request;
      response.detachSocket(socket);
      socket.on('error', () => socket.destroy());
      load().then(
        (loaded) => loaded.handleUpgrade(request, socket, nothingAhead, (ws) => welcome(ws, request, identify)),
        () => socket.destroy(),
      );
      return undefined;
    },
    drain() {
      for (const { connection } of open) connection.finish(...goingAway);
    },
  };
}

/** The one path that has a WebSocket; records tell it from the same over HTTP. */
const route: InferenceRoute = { path: 'ws:/v1/responses', protocol: 'openai-responses', operation: 'generate' };
const goingAway = [1001, 'the proxy is shutting down'] as const;
const nothingAhead = Buffer.alloc(0);

/** What RFC 6455 wants of the handshake, in the words of this door. */
function handshakeFault({ headers }: IncomingMessage): ProxyError | undefined {
  if (!/^[+/0-9A-Za-z]{22}==$/.test(headers['sec-websocket-key'] ?? ''))
    return new ProxyError('invalid_request', 'The WebSocket handshake has no valid Sec-WebSocket-Key.');
  if (headers['sec-websocket-version'] !== '13')
    return new ProxyError('invalid_request', 'The WebSocket handshake must be of version 13.');
  return undefined;
}

/** The last two speak of the call for which a client opened the connection, not of those that follow. */
const ofTheUpgrade = /^(?:connection|upgrade|sec-websocket-.*|openai-beta|host|x-initiator|x-interaction-type)$/;

/** What the upgrade says of every call on its connection. */
function callHeaders(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const kept = Object.entries(headers).filter(([name]) => !ofTheUpgrade.test(name));
  return { ...Object.fromEntries(kept), 'content-type': 'application/json' };
}
