/** One try of one call, by the wire of its tool: over HTTP, or on the WebSocket that Codex keeps open. */
import http from 'node:http';
import { connectSocket, type SocketClient, type SocketEvent } from '../socket-client.ts';
import type { DayTool } from './tools-of-the-day.ts';

/** What became of a try. */
export interface Try {
  /** Null where the whole answer came; else what a person would be shown if this were the last try. */
  readonly shown: string | null;
  /** 0 where the connection broke or the answer broke off: every tool tries that again. */
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** What the vendor's `x-should-retry` says, which SDKs obey. */
  readonly shouldRetry: boolean | null;
}

export interface Line {
  ask(call: { readonly turn: number; readonly session: string; readonly body: object }): Promise<Try>;
  close(): void;
}

const answered: Try = { shown: null, status: 200, retryAfterMs: null, shouldRetry: null };
const broken = (why: string): Try => ({ shown: why, status: 0, retryAfterMs: null, shouldRetry: null });

export function openLine(tool: DayTool, url: string, key: string): Line {
  return tool.by === 'http' ? openHttpLine(tool, url, key) : openSocketLine(tool, url, key);
}

function openHttpLine({ path, headers, lastWord }: DayTool, url: string, key: string): Line {
  return {
    async ask({ turn, session, body }) {
      try {
        const sent = { 'content-type': 'application/json', ...headers(key, session) };
        const reply = await post(url + path(turn), sent, JSON.stringify(body));
        if (reply.status !== 200) return refusal(reply.status, reply.headers, reply.text);
        return reply.text.includes(lastWord(turn)) ? answered : broken(`broken off: ${reply.text.slice(-200)}`);
      } catch (thrown) {
        return broken(String(thrown));
      }
    },
    close() {},
  };
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

function post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Reply> {
  return new Promise((resolve, reject) => {
    // A connection of its own: which one a pool would choose depends on the machine.
    const request = http.request(url, { method: 'POST', headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('error', reject).on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    });
    request.on('error', reject).end(body);
  });
}

function openSocketLine({ headers }: DayTool, url: string, key: string): Line {
  let open: SocketClient | undefined;
  let latest: { readonly id: string; readonly session: string } | undefined;
  /** All that was said in the session, as the model said it; and how much of the script is in it. */
  let history: readonly unknown[] = [];
  let scripted = 0;
  let at = '';
  return {
    async ask({ session, body }) {
      const { input, ...rest } = body as { input: readonly unknown[] };
      if (at !== session) {
        open?.close();
        open = latest = undefined;
        [history, scripted, at] = [[], 0, session];
      }
      try {
        open ??= await connectSocket(url, key, headers(key, session));
        const news = input.slice(scripted);
        // What the connection remembers is not sent again; a new one is told all of it.
        const told = latest ? { input: news, previous_response_id: latest.id } : { input: [...history, ...news] };
        const events = await open.ask({ ...rest, ...told });
        const last = events.at(-1);
        if (last?.type === 'response.completed') {
          const output = last.response?.output ?? [];
          latest = { id: last.response?.id ?? '', session };
          [history, scripted] = [[...history, ...news, ...output], input.length];
          return answered;
        }
        throw new TurnEnded(last);
      } catch (thrown) {
        open?.close();
        open = latest = undefined;
        if (!(thrown instanceof TurnEnded)) return broken(String(thrown));
        const { status = 0, error, headers: said = {} } = thrown.event ?? {};
        const text = error?.message ?? JSON.stringify(thrown.event);
        return refusal(status, said, text);
      }
    },
    close: () => open?.close(),
  };
}

class TurnEnded extends Error {
  readonly event: SocketEvent | undefined;
  constructor(event: SocketEvent | undefined) {
    super('the turn ended otherwise');
    this.event = event;
  }
}

function refusal(status: number, headers: Reply['headers'], text: string): Try {
  const after = Number(headers['retry-after'] ?? Number.NaN);
  const wish = headers['x-should-retry'];
  return {
    shown: `${status} ${text}`,
    status,
    retryAfterMs: Number.isFinite(after) ? after * 1000 : null,
    shouldRetry: wish === undefined ? null : wish === 'true',
  };
}
