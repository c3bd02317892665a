/** A Copilot upstream over hand-made servers on loopback: each test writes the bytes of its fault itself. */
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { defaultConfig } from '../../src/config/config.ts';
import type { LimitsConfig, UpstreamConfig } from '../../src/config/config.ts';
import type { ProxyError } from '../../src/errors/proxy-error.ts';
import { createCopilotUpstream } from '../../src/upstream/copilot/copilot-upstream.ts';
import type { CopilotUpstreamOptions } from '../../src/upstream/copilot/copilot-upstream.ts';
import type { Flow, Upstream, UpstreamCall, UpstreamHead } from '../../src/upstream/upstream.ts';

/** One request as it came over the wire. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly names: readonly string[];
  readonly body: string;
  /** Counts connections from 1, and requests of this connection from 1. */
  readonly connection: number;
  readonly onConnection: number;
}

export type Answer = (socket: Socket, request: SeenRequest) => void;

export interface RawServer {
  readonly url: string;
  readonly port: number;
  readonly requests: SeenRequest[];
  readonly open: ReadonlySet<Socket>;
}

/** Listens on a free port of 127.0.0.1 and gives every whole request to `answer`. Closed with the test. */
export async function startRawServer(answer: Answer, host = '127.0.0.1'): Promise<RawServer> {
  const requests: SeenRequest[] = [];
  const open = new Set<Socket>();
  let connections = 0;
  const server: Server = createServer((socket) => {
    connections += 1;
    const connection = connections;
    let onConnection = 0;
    let pending = Buffer.alloc(0);
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      for (let parsed = parseRequest(pending); parsed !== null; parsed = parseRequest(pending)) {
        pending = pending.subarray(parsed.bytes);
        onConnection += 1;
        const request = { ...parsed.request, connection, onConnection };
        requests.push(request);
        answer(socket, request);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  onTestFinished(async () => {
    for (const socket of open) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, port, requests, open };
}

function parseRequest(bytes: Buffer) {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return null;
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)] as const);
  const headers = Object.fromEntries(pairs.map(([name, value]) => [name.toLowerCase(), value]));
  const total = end + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < total) return null;
  const names = pairs.map(([name]) => name);
  return { bytes: total, request: { method, path, headers, names, body: bytes.toString('utf8', end + 4, total) } };
}

/** Writes a whole answer with its length. */
export function reply(
  socket: Socket,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  const bytes = Buffer.from(body);
  const all = { 'content-type': 'application/json', 'content-length': String(bytes.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Words\r\n${lines.join('')}\r\n`), bytes]));
}

/** Begins a chunked event stream. */
export function beginStream(socket: Socket, headers = ''): void {
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n${headers}\r\n`);
}

export function writeChunk(socket: Socket, text: string | Buffer): void {
  const bytes = Buffer.from(text);
  socket.write(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
}

export function endStream(socket: Socket): void {
  socket.write('0\r\n\r\n');
}

/** A short good stream. */
export const answerWell: Answer = (socket) => {
  beginStream(socket);
  writeChunk(socket, 'data: x\n\n');
  endStream(socket);
};

export const exchangePath = '/copilot_internal/v2/token';

/** GitHub and the Copilot API in one: tokens t1, t2, … and `answer` for everything else. */
export function withTokens(answer: (token: string, ...rest: Parameters<Answer>) => void): Answer {
  let tokens = 0;
  return (socket, request) => {
    if (request.path === exchangePath) {
      tokens += 1;
      return reply(socket, 200, JSON.stringify({ token: `t${tokens}`, refresh_in: 1500, expires_at: 1 }));
    }
    answer(request.headers['authorization']?.replace('Bearer ', '') ?? '', socket, request);
  };
}

/** Lets a socket that has just answered become idle: undici waits a turn before it uses it again. */
export async function untilIdle(): Promise<void> {
  for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
}

export interface RigOptions extends Partial<Omit<CopilotUpstreamOptions, 'config' | 'limits'>> {
  readonly config?: Partial<UpstreamConfig>;
  readonly limits?: Partial<LimitsConfig>;
}

/** An upstream whose GitHub and Copilot API are `server`; a direct bearer unless the token says otherwise. */
export function startUpstream(server: { readonly url: string }, options: RigOptions = {}): Upstream {
  let ids = 0;
  const upstream = createCopilotUpstream({
    githubToken: 'gho_direct0000',
    identity: defaultConfig.identity,
    clock: systemClock,
    newId: () => `id-${(ids += 1)}`,
    random: () => 0.5,
    ...options,
    config: { ...defaultConfig.upstream, githubApiUrl: server.url, copilotApiUrl: server.url, ...options.config },
    limits: { ...defaultConfig.limits, ...options.limits },
  });
  onTestFinished(() => upstream.close());
  return upstream;
}

/** What a receiver heard, in the order of the contract. */
export interface Heard {
  readonly head: UpstreamHead | null;
  readonly text: string;
  readonly chunks: number;
  readonly error: ProxyError | null;
  /** The calls in order: `head`, `data`, `end`, `failure`. */
  readonly order: readonly string[];
}

export interface SendOptions extends Partial<UpstreamCall> {
  readonly onHead?: (flow: Flow) => void;
  readonly onData?: (text: string) => void;
}

export function send(upstream: Upstream, options: SendOptions = {}): Promise<Heard> {
  const { onHead, onData, ...call } = options;
  const order: string[] = [];
  const pieces: Buffer[] = [];
  let head: UpstreamHead | null = null;
  return new Promise((resolve) => {
    const over = (error: ProxyError | null) => {
      order.push(error === null ? 'end' : 'failure');
      // One turn later, so that anything said after the last word is in `order` too.
      setImmediate(() =>
        resolve({ head, text: Buffer.concat(pieces).toString('utf8'), chunks: pieces.length, error, order }),
      );
    };
    upstream.send(
      {
        path: '/chat/completions',
        body: Buffer.from('{"model":"m"}'),
        stream: true,
        initiator: 'user',
        hasImages: false,
        headers: {},
        exchangeId: 'exchange-1',
        signal: new AbortController().signal,
        ...call,
      },
      {
        onHead(received, flow) {
          order.push('head');
          head = received;
          onHead?.(flow);
        },
        onData(chunk) {
          if (order.at(-1) !== 'data') order.push('data');
          pieces.push(chunk);
          onData?.(chunk.toString('utf8'));
        },
        onEnd: () => over(null),
        onFailure: over,
      },
    );
  });
}
