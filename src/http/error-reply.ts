/** Replies that the door itself gives: in a protocol's own shape, or in plain words where none is known yet. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../base/clock.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { ProxyError } from '../errors/proxy-error.ts';
import { errorEncoders } from '../protocols/error-encoders.ts';

export interface DoorReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Ends the connection after this reply. */
  readonly close?: boolean;
}

/** How long a client that is still sending may go on before the socket goes, so that it can read the reply first. */
const lingerMs = 500;

/** A body up to this size is read away to keep the connection; beyond, a new connection is cheaper. */
const skippedBodyBytes = 1024 * 1024;

export function sendReply(request: IncomingMessage, response: ServerResponse, reply: DoorReply, clock: Clock): void {
  // The client may have left while the reply was being made.
  if (response.destroyed) return;
  const ahead = bodyAhead(request);
  // A client that was not told to continue sends nothing more.
  const waits = request.headers.expect !== undefined && request.readableFlowing === null;
  const close = reply.close === true || (ahead && (waits || !isSkippable(request)));
  response.writeHead(reply.status, {
    ...reply.headers,
    // What HEAD would have got is not known here, and 0 would be wrong.
    ...(request.method !== 'HEAD' && { 'content-length': Buffer.byteLength(reply.body) }),
    'x-content-type-options': 'nosniff',
    ...(close && { connection: reply.headers['connection'] ?? 'close' }),
  });
  if (!close || !ahead || waits) {
    response.end(reply.body);
    return;
  }
  // Closing a socket with unread bytes resets it, and many clients lose the reply with that: read on for a moment.
  response.write(reply.body);
  const timer = clock.after(lingerMs, () => response.destroyed || response.end());
  request.on('error', ignore);
  request.once('close', () => {
    timer.cancel();
    if (!response.destroyed) response.end();
  });
  request.resume();
}

export function replyError(
  request: IncomingMessage,
  response: ServerResponse,
  failure: { protocol: ProtocolId; error: ProxyError; exchangeId: string; headers?: Record<string, string> },
  clock: Clock,
): void {
  const { status, headers, body } = errorEncoders[failure.protocol].encodeError(failure.error, failure.exchangeId);
  const close = status === 413 || failure.error.code === 'draining';
  sendReply(request, response, { status, headers: { ...headers, ...failure.headers }, body, close }, clock);
}

function bodyAhead(request: IncomingMessage): boolean {
  if (request.complete) return false;
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

function isSkippable(request: IncomingMessage): boolean {
  return Number(request.headers['content-length'] ?? Number.NaN) <= skippedBodyBytes;
}

function ignore(): void {}
