/** One exchange under way: its answer's door, its ending (exactly one), and the events that tell its story. */
import type { Clock } from '../base/clock.ts';
import type { Lane, RequestEdit } from '../canonical/request-edit.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import type { EventBus } from '../observability/event-bus.ts';
import type { ExchangeBase, ExchangeEvent } from '../observability/exchange-event.ts';
import type { ErrorEncoder } from '../protocols/protocol.ts';
import type { AnswerOutput } from './answer-output.ts';
import { echo, withoutEchoes } from './without-echoes.ts';

/** An event without what every event has: the exchange adds its id and the time. */
export type ExchangeNews = ExchangeEvent extends infer Event
  ? Event extends ExchangeEvent
    ? Omit<Event, keyof ExchangeBase>
    : never
  : never;

export interface Exchange {
  readonly id: string;
  /** Aborts when the client leaves or the exchange is given up. */
  readonly signal: AbortSignal;
  readonly ended: boolean;
  publish(news: ExchangeNews): void;
  /** The headers that each reply carries from now on. */
  describe(lane: Lane, edits: readonly RequestEdit[]): void;
  /** A header that each reply carries from now on, whatever `describe` says; ASCII. A second one of that name is added to the first. */
  note(name: `x-crossfeed-${string}`, value: string): void;
  /** Sends a 2xx head. */
  sendHead(status: number, headers: Readonly<Record<string, string>>): void;
  readonly headSent: boolean;
  /** What went down so far, heartbeats too. */
  readonly responseBytes: number;
  /** The head goes at once, though nothing follows yet. */
  flushHead(): void;
  /** False: wait for `onDrain` before more. */
  write(bytes: Buffer | string): boolean;
  onDrain(listener: () => void): void;
  heartbeat(bytes: string): void;
  /** The end of a whole answer. */
  finish(usage: TokenUsage | null, synthesizedEnding: boolean): void;
  /** The error without the secrets that an upstream quotes in it: also what stands inside a stream is said by somebody else. */
  clean(error: ProxyError): ProxyError;
  /** The end of a failed one: a true status before the head, else `inBand` as the last bytes. */
  fail(error: ProxyError, usage: TokenUsage | null, inBand?: string): void;
  /** The end that a leaving client makes. */
  cancel(usage: TokenUsage | null): void;
  /** Ends the upstream call of a finished exchange that goes on talking. */
  abandonUpstream(): void;
}

export type Outcome = Extract<ExchangeEvent, { type: 'ended' }>['outcome'];

export interface ExchangeOptions {
  readonly id: string;
  readonly response: AnswerOutput;
  readonly errors: ErrorEncoder;
  readonly events: EventBus;
  readonly clock: Clock;
  /** The request's body, of which nothing may stand in what is kept of an error. A large one is let go of early. */
  readonly body: Buffer;
  readonly clean?: (error: ProxyError) => ProxyError;
  readonly onEnd: (outcome: Outcome, error: ProxyError | null) => void;
}

/** A stream may run for minutes, and an agent's request be megabytes: so much of it is kept for that long. */
const maxKeptBodyBytes = 64 * 1024;

/** Ids and rule names are ours, so this only bounds the header: 1 kB, then how many more there are. */
const maxEditsHeader = 1024;

export function editsHeader(edits: readonly RequestEdit[]): string {
  if (edits.length === 0) return '';
  const names = [...new Set(edits.map((edit) => edit.rule))];
  let header = '';
  for (const [index, name] of names.entries()) {
    const next = header === '' ? name : `${header},${name}`;
    if (next.length > maxEditsHeader - 8) return `${header},+${names.length - index}`;
    header = next;
  }
  return header;
}

export function createExchange(options: ExchangeOptions): Exchange {
  const { id, response, errors, events, clock } = options;
  const startedMs = clock.monotonic();
  const aborter = new AbortController();
  let ended = false;
  let responseBytes = 0;
  let heartbeats = 0;
  let described: Record<string, string> = {};
  let body: Buffer | undefined = options.body;
  const { onEnd, clean = (error: ProxyError) => error } = options;

  const ownHeaders: Record<string, string> = { 'x-crossfeed-exchange': id, 'x-content-type-options': 'nosniff' };
  ownHeaders[errors.id === 'anthropic-messages' ? 'request-id' : 'x-request-id'] = id;

  function publish(news: ExchangeNews) {
    events.publish({ ...news, id, at: clock.now() });
  }

  function send(bytes: Buffer | string): boolean {
    responseBytes += typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    return response.write(bytes);
  }

  function end(outcome: Outcome, error: ProxyError | null, usage: TokenUsage | null, synthesizedEnding: boolean) {
    ended = true;
    // Whatever is still running upstream for this exchange costs money and has no reader.
    if (outcome !== 'finished') aborter.abort(error ?? undefined);
    if (usage) publish({ type: 'usage', usage });
    publish({
      type: 'ended',
      outcome,
      status: response.headersSent ? response.statusCode : 0,
      error: error && { code: error.code, message: keptMessage(error, body) },
      durationMs: Math.round(clock.monotonic() - startedMs),
      responseBytes,
      heartbeats,
      synthesizedEnding,
    });
    body = undefined;
    onEnd(outcome, error);
  }

  return {
    id,
    signal: aborter.signal,
    get ended() {
      return ended;
    },
    publish,
    describe(lane, edits) {
      const names = editsHeader(edits);
      described = { 'x-crossfeed-lane': lane, ...(names === '' ? {} : { 'x-crossfeed-edits': names }) };
    },
    note(name, value) {
      const before = ownHeaders[name];
      ownHeaders[name] = before === undefined ? value : `${before}; ${value}`;
    },
    sendHead(status, headers) {
      response.writeHead(status, { ...headers, ...ownHeaders, ...described });
    },
    get responseBytes() {
      return responseBytes;
    },
    get headSent() {
      return response.headersSent;
    },
    flushHead: () => void response.flushHeaders?.(),
    write(bytes) {
      if (body !== undefined && body.length > maxKeptBodyBytes) body = undefined;
      return send(bytes);
    },
    onDrain: (listener) => void response.once('drain', listener),
    heartbeat(bytes) {
      heartbeats += 1;
      send(bytes);
    },
    finish(usage, synthesizedEnding) {
      if (ended) return;
      response.end();
      end('finished', null, usage, synthesizedEnding);
    },
    clean,
    fail(thrown, usage, inBand) {
      if (ended) return;
      const error = clean(thrown);
      if (response.headersSent) {
        if (inBand !== undefined) send(inBand);
        response.end();
      } else {
        const reply = errors.encodeError(error, id);
        responseBytes += Buffer.byteLength(reply.body);
        response.writeHead(reply.status, {
          ...reply.headers,
          ...ownHeaders,
          ...described,
          'content-length': Buffer.byteLength(reply.body),
        });
        response.end(reply.body);
      }
      end('failed', error, usage, false);
    },
    cancel(usage) {
      if (ended) return;
      response.destroy();
      end('canceled', new ProxyError('canceled', 'The client closed the connection.'), usage, false);
    },
    abandonUpstream: () => aborter.abort(),
  };
}

/** Without the body nobody can tell what an upstream quotes of it, so nothing of the upstream's words is kept. */
function keptMessage({ message, quotesUpstream }: ProxyError, body: Buffer | undefined): string {
  if (body !== undefined) return withoutEchoes(message, body);
  return quotesUpstream ? echo : message;
}
