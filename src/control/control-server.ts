/** The server's end of the control socket: private to the owner, one line of JSON a question. */
import { chmod, lstat, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { platform } from 'node:os';
import type { Clock } from '../base/clock.ts';
import { withFileLock } from '../config/file-lock.ts';
import { answerQuestion, failureOf } from './answer-question.ts';
import type { ControlOperations, ControlReply } from './contract.ts';
import { maxLineBytes } from './contract.ts';
import { ControlError } from './control-error.ts';
import { createLineReader } from './lines.ts';
import { prepareControlPath } from './socket-path.ts';
import type { ControlPlace } from './socket-path.ts';

export interface ControlServerOptions extends ControlPlace {
  readonly operations: ControlOperations;
  /** Hears of what goes wrong on a connection; the server goes on. */
  readonly onFault: (error: Error) => void;
  readonly clock: Pick<Clock, 'now'>;
}

export interface ControlServer {
  readonly path: string;
  /** Finishes the answers under way, ends the streams and removes the socket. */
  close(): Promise<void>;
}

/** A watcher that reads so slowly is dropped: rows for it must not pile up in the server. */
const maxBacklogBytes = 1024 * 1024;

/** How long an answer under way may hold up the end. */
const closingMs = 500;

/** Throws `ControlError`: `already_running` if a living server answers on the socket, `unusable` if none can be made. */
export async function createControlServer(options: ControlServerOptions): Promise<ControlServer> {
  const path = await prepareControlPath(options);
  const connections = new Map<Socket, Connection>();
  const server = createServer((socket) => {
    socket.on('close', () => connections.delete(socket));
    // A CLI that was interrupted resets the connection: nobody needs to know.
    socket.on('error', () => undefined);
    connections.set(socket, serve(socket, options));
  });
  await listenAlone(server, path, options.clock);
  server.on('error', options.onFault);
  if (platform() !== 'win32') await chmod(path, 0o600);
  return {
    path,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const [socket, connection] of connections) {
        // `stop` is answered by a server that is already closing.
        void connection.answered().then(() => socket.destroySoon());
        socket.setTimeout(closingMs, () => socket.destroy());
      }
      return closed;
    },
  };
}

interface Connection {
  /** Resolves when the questions that have arrived are answered. */
  answered(): Promise<void>;
}

function serve(socket: Socket, { operations, onFault }: ControlServerOptions): Connection {
  const send = (reply: ControlReply) => {
    if (!socket.writable) return;
    socket.write(`${JSON.stringify(reply)}\n`);
  };
  // Questions are answered in their order, one at a time.
  let turn = Promise.resolve();
  const read = createLineReader(
    maxLineBytes,
    (line) => {
      turn = turn.then(() => answer(line)).catch((thrown: unknown) => send(failureOf(thrown, onFault)));
    },
    () => {
      send({ ok: false, error: { code: 'invalid_request', message: 'The line is too long.' } });
      socket.destroySoon();
    },
  );
  socket.on('data', read);

  const answer = async (line: string) => {
    const { parseRequest } = await import('./request-schema.ts');
    const parsed = parseRequest(line);
    if ('problem' in parsed) {
      send({ ok: false, error: { code: 'invalid_request', message: parsed.problem } });
    } else if (parsed.request.operation === 'events') {
      stream();
    } else {
      send(await answerQuestion(operations, parsed.request, onFault));
    }
  };

  const stream = () => {
    send({ ok: true, result: {} });
    const stop = operations.events((row) => {
      send({ row });
      if (socket.writableLength > maxBacklogBytes) socket.destroy();
    });
    if (socket.destroyed) stop();
    else socket.on('close', stop);
  };

  return { answered: () => turn };
}

/** A server that was killed leaves its socket behind; what answers is alive, and what is no socket is not ours. */
async function leftBehind(path: string): Promise<boolean> {
  if (platform() === 'win32') return false;
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return false;
  if (!found.isSocket()) throw new ControlError('unusable', `${path} is not a socket: move it away.`);
  if (await answers(path)) throw alreadyRunning(path);
  return true;
}

/** Of two starts that find a dead socket, the slower would take away what the faster has made meanwhile. */
async function listenAlone(server: Server, path: string, clock: ControlServerOptions['clock']): Promise<void> {
  if (!(await leftBehind(path))) return listen(server, path);
  await withFileLock(`${path}.lock`, clock, async () => {
    if (await leftBehind(path)) await rm(path, { force: true });
    await listen(server, path);
  });
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    // EAGAIN is a living server with a full queue; only a refused or vanished socket is dead.
    socket.on('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      if (cause.code === 'EADDRINUSE') return reject(alreadyRunning(path));
      reject(new ControlError('unusable', `${path} cannot be made (${cause.code ?? 'unknown'}).`, { cause }));
    });
    server.listen(path, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function alreadyRunning(path: string): ControlError {
  return new ControlError('already_running', `Another Crossfeed is running on this home (it answers on ${path}).`);
}
