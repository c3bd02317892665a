/** An upstream of bare bytes: what a Copilot that misbehaves puts on the wire, and what it was asked. */
import net from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** One answer as bytes. Chunks are written one by one, a turn of the event loop apart; a number waits so many ms. */
export interface RawAnswer {
  /** 0 sends no head at all. */
  readonly status?: number;
  /** Header lines; `null` sends none at all but the status line. Default: an event stream. */
  readonly headers?: readonly string[];
  readonly chunks: readonly (Buffer | string | number)[];
  /** How bytes are framed: chunked coding, a content-length (a wrong one if a number), or until the connection closes. */
  readonly framing?: 'chunked' | 'length' | 'close' | number;
  /** Written every few ms behind the chunks, before what follows them, until somebody leaves. */
  readonly repeats?: string;
  /** What follows the chunks: a proper end, a FIN without one, a reset, or nothing at all. */
  readonly end?: 'clean' | 'fin' | 'reset' | 'silence';
  /** Bytes written before the status line, e.g. a 103. */
  readonly before?: string;
}

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Which connection it came on, counted from 0. */
  readonly connection: number;
}

export interface RawUpstream {
  readonly url: string;
  readonly requests: readonly RawRequest[];
  /** Connections that are open now. */
  readonly open: number;
  /** Those of them that still owe an answer, or its end. */
  readonly busy: number;
  /** Lets go of what it was asked. */
  forget(): void;
  /** Closes them all, so that the next request needs a fresh one. */
  closeConnections(): Promise<void>;
  close(): Promise<void>;
}

/** `answer` is asked for each request; the models list and the user are answered by `models`. */
export async function startRawUpstream(
  models: readonly object[],
  answer: (request: RawRequest) => RawAnswer,
): Promise<RawUpstream> {
  const requests: RawRequest[] = [];
  const sockets = new Set<net.Socket>();
  const busy = new Set<net.Socket>();
  let connections = 0;
  // Small chunks would wait for the other side's delayed acknowledgements.
  const server = net.createServer({ noDelay: true }, (socket) => {
    const connection = connections++;
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => (sockets.delete(socket), busy.delete(socket)));
    let pending = Buffer.alloc(0);
    socket.on('data', (data) => {
      pending = Buffer.concat([pending, data]);
      for (let read = readRequest(pending, connection); read; read = readRequest(pending, connection)) {
        // A copy: what is left is small, and a view would hold all that came before it.
        pending = Buffer.from(pending.subarray(read.length));
        busy.add(socket);
        void write(socket, reply(read.request)).then((whole) => whole && busy.delete(socket));
      }
    });
  });

  function reply(request: RawRequest): RawAnswer {
    if (request.path === '/models') return jsonAnswer({ object: 'list', data: models });
    // The balance is asked for in its own time, beside the calls that a test counts.
    if (request.path === '/copilot_internal/user') return jsonAnswer({ login: 'octo', copilot_plan: 'individual' });
    requests.push(request);
    return answer(request);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get open() {
      return sockets.size;
    },
    get busy() {
      return busy.size;
    },
    forget: () => void requests.splice(0),
    async closeConnections() {
      const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets) socket.end();
      await Promise.all(closed);
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function jsonAnswer(value: unknown, status = 200): RawAnswer {
  return { status, headers: ['content-type: application/json'], chunks: [JSON.stringify(value)], framing: 'length' };
}

function readRequest(bytes: Buffer, connection: number): { request: RawRequest; length: number } | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const [requestLine = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const length = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < length) return undefined;
  const [method = '', path = ''] = requestLine.split(' ');
  return {
    request: { method, path, headers, body: Buffer.from(bytes.subarray(headEnd + 4, length)), connection },
    length,
  };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Resolves to whether the answer is whole. */
async function write(socket: net.Socket, answer: RawAnswer): Promise<boolean> {
  const {
    status = 200,
    headers = ['content-type: text/event-stream'],
    chunks,
    framing = 'chunked',
    end = 'clean',
  } = answer;
  const bytes = chunks.map((chunk) => (typeof chunk === 'number' ? chunk : Buffer.from(chunk)));
  const length = bytes.reduce<number>((sum, chunk) => sum + (typeof chunk === 'number' ? 0 : chunk.length), 0);
  const lines = [`HTTP/1.1 ${status} Whatever`, ...headers];
  if (framing === 'chunked') lines.push('transfer-encoding: chunked');
  else if (framing !== 'close') lines.push(`content-length: ${framing === 'length' ? length : framing}`);
  else lines.push('connection: close');
  if (status !== 0) socket.write(`${answer.before ?? ''}${lines.join('\r\n')}\r\n\r\n`);
  const put = (chunk: Buffer) => {
    if (framing === 'chunked' && chunk.length > 0) {
      socket.write(Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]));
    } else socket.write(chunk);
  };
  for (const chunk of bytes) {
    if (socket.destroyed) return false;
    if (typeof chunk === 'number') await wait(chunk);
    else put(chunk);
    await turn();
  }
  while (answer.repeats !== undefined && !socket.destroyed) {
    put(Buffer.from(answer.repeats));
    await wait(10);
  }
  if (socket.destroyed) return false;
  if (end === 'silence') return false;
  if (end === 'reset') {
    await turn();
    socket.resetAndDestroy();
    return false;
  }
  if (framing === 'chunked' && end === 'clean') socket.write('0\r\n\r\n');
  if (framing === 'close' || end === 'fin') socket.end();
  return true;
}
