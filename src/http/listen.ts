/** The server under the listener: its time-outs and limits, the words for broken HTTP, and the drain. */
import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import { Socket, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../base/clock.ts';
import type { LimitsConfig } from '../config/config.ts';
import type { Listener } from './create-listener.ts';

export interface HttpServerOptions {
  readonly limits: LimitsConfig;
  readonly clock: Clock;
  /** Serves HTTPS with this certificate; plain HTTP without. Throws Node's own error for what is no PEM, or no pair. */
  readonly tls?: TlsFiles;
  /** Shared by the doors that `limits.maxConnections` is for together. */
  readonly crowd?: Crowd;
}

/** How many connections are open at all its doors. */
export interface Crowd {
  open: number;
}

/** PEM texts. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

export interface HttpServer {
  readonly server: http.Server | https.Server;
  /** Port 0 chooses a free one. Rejects with Node's own error, e.g. `EADDRINUSE`. */
  listen(address: { readonly host: string; readonly port: number }): Promise<{ port: number }>;
  /** Stops accepting, drops connections without a request, and resolves when the last answer has been sent. */
  close(): Promise<void>;
  /** Stops accepting and ends every connection at once. */
  destroy(): void;
}

/** More than this in a connection's buffer gains nothing, and costs memory for every client that is slow. */
const wellFilledBytes = 64 * 1024;
/** A burst of agents starting together must not be refused while the event loop is busy. */
const backlog = 2048;
const lingerMs = 500;
/** Longer than the pools of common clients keep a connection, so that they, not we, close idle ones. */
const idleMs = 65_000;
/** The same when connections run short. */
const crowdedIdleMs = 5_000;
const drainCheckMs = 50;

export function createHttpServer(listener: Listener, options: HttpServerOptions): HttpServer {
  const { limits, clock, crowd = { open: 0 } } = options;
  const settings = {
    maxHeaderSize: limits.maxHeaderBytes,
    headersTimeout: limits.requestHeadMs,
    requestTimeout: Math.max(limits.requestHeadMs, limits.requestBodyMs),
    connectionsCheckingInterval: Math.min(1_000, Math.max(50, Math.floor(limits.requestHeadMs / 4))),
    keepAliveTimeout: idleMs,
    keepAlive: true,
    keepAliveInitialDelay: 30_000,
    noDelay: true,
    // Where writing says "wait", and the gateway pauses the upstream.
    highWaterMark: Math.min(limits.streamBufferBytes, wellFilledBytes),
    insecureHTTPParser: false,
    // Both are checked by the listener, which also sees what Node would have dropped in silence.
    requireHostHeader: false,
    // Any other upgrade is a request like all others. So is one behind an answer that is still being written.
    shouldUpgradeCallback: (request: IncomingMessage) => isWebSocket(request) && !owes(request.socket),
  };
  const { tls } = options;
  const server =
    tls === undefined
      ? http.createServer(settings)
      : https.createServer({ ...settings, ...tls, minVersion: 'TLSv1.2', handshakeTimeout: limits.requestHeadMs });
  server.maxHeadersCount = 0;
  server.maxConnections = limits.maxConnections;

  /** Open connections, each with the last answer it owes. */
  const sockets = new Map<Duplex, ServerResponse | undefined>();
  const refused = new WeakSet<Duplex>();

  /** Every open connection. */
  const connections = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections.add(socket);
    crowd.open += 1;
    server.keepAliveTimeout = crowd.open > 0.8 * limits.maxConnections ? crowdedIdleMs : idleMs;
    socket.once('close', () => {
      crowd.open -= 1;
      connections.delete(socket);
    });
    // Another door has taken the rest. Node itself drops what is too much for this one.
    if (crowd.open > limits.maxConnections) socket.destroy();
  });
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    sockets.set(socket, undefined);
    socket.once('close', () => sockets.delete(socket));
  });

  /** Those in the middle of a TLS handshake, which nobody owes anything yet, by where they come from. */
  const shaking = new Map<string, Socket>();
  if (tls !== undefined) {
    server.on('connection', (socket: Socket) => {
      const origin = originOf(socket);
      shaking.set(origin, socket);
      socket.once('close', () => {
        if (shaking.get(origin) === socket) shaking.delete(origin);
      });
    });
    server.on('secureConnection', (socket: Socket) => shaking.delete(originOf(socket)));
  }

  function receive(request: IncomingMessage, response: ServerResponse): void {
    sockets.set(request.socket, response);
    response.once('prefinish', () => giveUpOnStuck(request.socket, response));
    listener(request, response);
  }

  /**
   * The gateway looks after answers that it is still writing. Of one that is written to its end, only the client's
   * reading is missing: without a bound, one that never reads holds its memory, and a drain, for ever.
   */
  function giveUpOnStuck(socket: Socket, response: ServerResponse): void {
    if (socket.writableLength === 0) return;
    // Node counts from the last byte that was taken, and destroys the socket.
    socket.setTimeout(limits.clientWriteMs);
    // Before Node's own listener, which sets the time for the next request.
    response.prependOnceListener('finish', () => socket.setTimeout(0));
  }

  const owes = (socket: Duplex) => sockets.get(socket)?.writableFinished === false;

  /** The parser is gone: the response writes to the bare connection, which ends with it, unless it is taken over. */
  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!(socket instanceof Socket)) return void socket.destroy();
    sockets.delete(socket);
    if (head.length > 0) socket.unshift(head);
    socket.setTimeout(limits.clientWriteMs, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    const response = new http.ServerResponse(request);
    response.shouldKeepAlive = false;
    response.assignSocket(socket);
    response.once('finish', () => socket.destroySoon());
    listener(request, response, true);
  }

  // Without the callback above (before Node 24.9), a listener would take every upgrade, also those with a body.
  if ('shouldUpgradeCallback' in server) server.on('upgrade', upgrade);
  server.on('request', receive);
  server.on('checkContinue', receive);
  server.on('checkExpectation', receive);
  server.on('connect', (_request: IncomingMessage, socket: Duplex) => refuse(socket, '400 Bad Request'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    const owed = sockets.get(socket);
    const half = owed !== undefined && !owed.writableFinished;
    if (half && (owed.headersSent || owed.socket === null)) {
      // An answer is on the wire (this one, perhaps explaining this very fault, or one before it): no second head into it.
      if (socket instanceof Socket) socket.destroySoon();
    } else if (error.code === 'ECONNRESET' || !socket.writable || (half && error.code === 'HPE_INVALID_EOF_STATE')) {
      // Nobody is there to read a reply.
      socket.destroy();
    } else {
      refuse(socket, statusLineOf(error.code));
    }
  });

  function refuse(socket: Duplex, statusLine: string): void {
    // A socket that lingers may be found faulty again.
    if (refused.has(socket)) return;
    refused.add(socket);
    socket.on('error', () => socket.destroy());
    const lines = [`HTTP/1.1 ${statusLine}`, 'Connection: close', 'Content-Length: 0', nosniff];
    socket.end(`${lines.join('\r\n')}\r\n\r\n`);
    const timer = clock.after(lingerMs, () => socket.destroy());
    socket.once('close', () => timer.cancel());
  }

  function dropIdle(): void {
    for (const socket of shaking.values()) socket.destroy();
    for (const [socket, owed] of sockets) if (owed === undefined || owed.writableFinished) socket.destroy();
  }

  function dropUnsent(): void {
    for (const [socket, owed] of sockets) if (owed?.req.complete === false) socket.destroy();
  }

  function listen({ host, port }: { readonly host: string; readonly port: number }): Promise<{ port: number }> {
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog }, () => {
        server.off('error', reject);
        // From here on it is a failed accept, mostly for want of descriptors: that client is lost, the others are not.
        server.on('error', () => {});
        resolve({ port: (server.address() as AddressInfo).port });
      });
    });
  }

  return {
    server,
    listen,
    close: () =>
      new Promise((resolve) => {
        let closed = false;
        // A server that closes no longer looks at the time that requests take.
        const late = clock.after(server.requestTimeout, dropUnsent);
        server.close(() => {
          closed = true;
          late.cancel();
          resolve();
        });
        (function check() {
          if (closed) return;
          dropIdle();
          clock.after(drainCheckMs, check);
        })();
      }),
    destroy() {
      server.close();
      server.closeAllConnections();
      // And those that are still shaking hands, or taken over.
      for (const socket of connections) socket.destroy();
    },
  };
}

function isWebSocket({ method, headers }: IncomingMessage): boolean {
  const hasBody = headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && !hasBody;
}

/** The connection below a secured one is another object, but comes from the same place. */
function originOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

const nosniff = 'X-Content-Type-Options: nosniff';

function statusLineOf(code: string | undefined): string {
  if (code === 'HPE_HEADER_OVERFLOW') return '431 Request Header Fields Too Large';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return '408 Request Timeout';
  return '400 Bad Request';
}
