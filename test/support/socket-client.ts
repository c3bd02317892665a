/** A client of the Responses WebSocket, as Codex is one: sends a call, reads its events to the last. */
import { WebSocket } from 'ws';

export interface SocketEvent {
  readonly type: string;
  readonly status?: number;
  readonly error?: { readonly code: string | null; readonly message: string; readonly type: string };
  readonly headers?: Readonly<Record<string, string>>;
  readonly response?: { readonly id: string; readonly output: readonly Item[]; readonly usage: unknown };
  readonly item?: Item;
  readonly delta?: string;
}

interface Item {
  readonly type: string;
  readonly call_id?: string;
  readonly name?: string;
}

export interface SocketClient {
  readonly raw: WebSocket;
  send(message: unknown): void;
  /** All events of the next answer, up to its last. Rejects when the connection ends before it. */
  answer(): Promise<SocketEvent[]>;
  /** `send` and `answer`. */
  ask(body: Readonly<Record<string, unknown>>): Promise<SocketEvent[]>;
  /** Code and reason of the end. */
  readonly closed: Promise<readonly [code: number, reason: string]>;
  close(): void;
}

const last: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.failed', 'error']);

export function connectSocket(
  url: string,
  key: string,
  headers: Readonly<Record<string, string>> = {},
  path = '/v1/responses',
  ca?: string,
): Promise<SocketClient> {
  const raw = new WebSocket(`${url.replace('http', 'ws')}${path}`, {
    ...(ca !== undefined && { ca, servername: 'localhost' }),
    headers: { authorization: `Bearer ${key}`, 'openai-beta': 'responses_websockets=2026-02-06', ...headers },
  });
  const events: SocketEvent[] = [];
  let wake = () => {};
  let isOpen = true;
  const closed = new Promise<readonly [number, string]>((resolve) =>
    raw.once('close', (code, reason) => {
      isOpen = false;
      wake();
      resolve([code, reason.toString()]);
    }),
  );
  raw.on('message', (data: Buffer) => {
    events.push(JSON.parse(data.toString()) as SocketEvent);
    wake();
  });
  const client: SocketClient = {
    raw,
    send: (message) => raw.send(typeof message === 'string' ? message : JSON.stringify(message)),
    async answer() {
      for (;;) {
        const end = events.findIndex(({ type }) => last.has(type));
        if (end >= 0) return events.splice(0, end + 1);
        if (!isOpen) throw new Error(`closed after ${events.length} events`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
    ask(body) {
      client.send({ type: 'response.create', ...body });
      return client.answer();
    },
    closed,
    close: () => raw.close(),
  };
  return new Promise((resolve, reject) => {
    raw.once('open', () => resolve(client));
    raw.once('error', reject);
    raw.once('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (piece: Buffer) => (body += piece.toString()));
      response.on('end', () => reject(new Error(`${response.statusCode} ${body}`)));
    });
  });
}

/** The text that an answer shows. */
export function textOf(events: readonly SocketEvent[]): string {
  return events.map(({ type, delta }) => (type === 'response.output_text.delta' ? delta : '')).join('');
}

/** The id that the next call goes on from. */
export function idOf(events: readonly SocketEvent[]): string {
  return events.at(-1)?.response?.id ?? '';
}
