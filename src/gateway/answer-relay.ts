/** Carries an answer down in one piece: gathered, checked, and changed only where the plan says so. */
import { isUtf8 } from 'node:buffer';
import { isObject, parseJson, type JsonObject } from '../canonical/json-value.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { LimitsConfig } from '../config/config.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { editJson } from '../framing/json-text.ts';
import { parseExactJson } from '../framing/latin1-json.ts';
import { createFrameSplitter, readFrame } from '../framing/server-sent-events.ts';
import type { StreamCollector } from '../protocols/protocol.ts';
import { parseInBandError } from '../upstream/copilot/errors.ts';
import type { Flow, UpstreamHead, UpstreamReceiver } from '../upstream/upstream.ts';
import type { Exchange } from './exchange.ts';
import { createIdleLines } from './idle-lines.ts';
import { utf8Text } from './latin1-view.ts';
import { documentForStream } from './no-stream.ts';
import type { Ticker } from './ticker.ts';
import type { StreamTranslator } from './translate-stream.ts';

/** What to make of a whole answer. */
export interface AnswerShape {
  /** Folds a stream that came in place of a document, or that was asked for to get round an output limit. */
  readonly collector: (() => StreamCollector) | null;
  /** Turns the upstream's stream into one of the caller's protocol, where the two differ. Throws what the stream says. */
  readonly translator?: StreamTranslator;
  /** Whether some of the answer's ending is ours. */
  endingMended?(): boolean;
  /** Whether the document says that the call failed, though its status is 200. */
  isError(answer: JsonObject): boolean;
  usage(answer: JsonObject): TokenUsage | null;
  /** The changed document as JSON text, or undefined where its own bytes go down. */
  rewrite(answer: JsonObject): string | undefined;
}

export interface AnswerRelayOptions {
  readonly exchange: Exchange;
  /** Asked for once, when the answer begins to come. */
  readonly shapeOf: () => AnswerShape;
  readonly limits: LimitsConfig;
  readonly silenceMs: number;
  readonly ticker: Ticker;
  /** Further headers for the caller. */
  readonly headers: Readonly<Record<string, string>>;
  /** The name that the answer is to carry, where it is not the upstream's own. */
  readonly askedModel?: string | undefined;
  /** Gets the reply as it would go down; what it returns goes down. */
  readonly onReply?: ((reply: Buffer) => Buffer) | undefined;
}

export interface AnswerRelay extends UpstreamReceiver {
  giveUp(error: ProxyError): void;
}

/** How long the upstream may keep its connection open after its last frame, before we close it. */
const lingerMs = 1_000;

export function createAnswerRelay(options: AnswerRelayOptions): AnswerRelay {
  const { exchange, limits, silenceMs, ticker } = options;
  const pieces: Buffer[] = [];
  let length = 0;
  let contentType = '';
  let headSeen = false;
  let lastByteMs = 0;
  let chosen: AnswerShape | undefined;
  /** Undecided until the head or the first byte tells a stream from a JSON document. */
  let body: 'stream' | 'document' | undefined;
  let endedAtMs: number | undefined;
  let lastProgressMs = 0;
  const adds = createIdleLines();

  const leaveTicker = ticker.join((nowMs) => {
    if (exchange.ended) {
      if (endedAtMs === undefined) return leaveTicker();
      if (nowMs - endedAtMs >= lingerMs) abandon();
      return;
    }
    if (!headSeen) return;
    if (nowMs - lastByteMs >= silenceMs)
      stall(`The upstream sent nothing for ${Math.round(silenceMs / 1000)} seconds.`);
    else if (nowMs - lastProgressMs >= limits.commentsOnlyMs)
      stall('The upstream kept its answer open without adding to it.');
  });

  const shapeOf = () => (chosen ??= options.shapeOf());

  function fail(error: ProxyError) {
    leaveTicker();
    exchange.fail(error, body === 'stream' ? shapeOf().usage({}) : null);
  }

  function abandon() {
    leaveTicker();
    exchange.abandonUpstream();
  }

  function stall(message: string) {
    breakOff(new ProxyError('upstream_stalled', message));
    abandon();
  }

  /** An answer that is whole but for its last frame is an answer, as it is to those who read it as a stream. */
  function breakOff(error: ProxyError) {
    leaveTicker();
    if (exchange.ended) return;
    if (body !== 'stream') return fail(error);
    try {
      answer();
    } catch {
      fail(error);
    }
  }

  /** Errors: `invalid_utf8`, `empty_response`, `upstream_invalid_response`, `upstream_truncated`, or what the stream says. */
  function documentOf(bytes: Buffer, shape: AnswerShape): Buffer {
    if (length === 0) throw new ProxyError('empty_response', 'The upstream answered without a body.');
    if (!isUtf8(bytes)) throw new ProxyError('invalid_utf8', 'The upstream sent bytes that are not UTF-8.');
    const { translator } = shape;
    if (translator) {
      if (body !== 'stream') throw documentForStream(bytes);
      return fold(translator.end(), shape);
    }
    const isStream =
      contentType.includes('event-stream') || /^\s*(?:data|event|id|retry)?:/.test(bytes.toString('latin1', 0, 64));
    return isStream ? fold(bytes, shape) : bytes;
  }

  const fold = (stream: Buffer, { collector }: AnswerShape) =>
    collector ? Buffer.from(collect(stream, collector(), limits.maxEventBytes)) : stream;

  /** Where the answer is translated it is read as it comes: one that fails, or is over, is not waited for. */
  function take(chunk: Buffer) {
    const { translator } = shapeOf();
    if (translator) body ??= contentType.includes('event-stream') || !startsObject(chunk) ? 'stream' : 'document';
    if (!translator || body !== 'stream') return void pieces.push(chunk);
    translator.push(chunk);
    if (!translator.ended) return;
    endedAtMs = ticker.nowMs;
    answer();
    if (translator.upstreamLeft) abandon();
  }

  function attempt(step: () => void) {
    try {
      step();
    } catch (thrown) {
      fail(unreadable(thrown));
    }
  }

  function answer() {
    const shape = shapeOf();
    const bytes = documentOf(Buffer.concat(pieces), shape);
    const document = parseJson(bytes.toString('utf8'));
    if (!isObject(document)) {
      throw new ProxyError('upstream_invalid_response', 'The upstream answered something that is not a JSON object.');
    }
    if (shape.isError(document)) throw parseInBandError(document);
    const rewritten = shape.rewrite(document);
    const whole = rewritten === undefined ? bytes : Buffer.from(rewritten);
    const named = options.askedModel === undefined ? whole : withModel(whole, document, options.askedModel);
    const reply = options.onReply?.(named) ?? named;
    exchange.publish({ type: 'first-token' });
    exchange.sendHead(200, {
      'content-type': 'application/json',
      'content-length': String(reply.length),
      ...options.headers,
    });
    exchange.write(reply);
    exchange.finish(shape.usage(document), shape.endingMended?.() ?? false);
  }

  return {
    onHead(head: UpstreamHead, _flow: Flow) {
      headSeen = true;
      lastByteMs = lastProgressMs = ticker.nowMs;
      contentType = head.headers['content-type'] ?? '';
      exchange.publish({
        type: 'upstream-head',
        status: head.status,
        upstreamRequestId: head.headers['x-github-request-id'] ?? null,
      });
    },
    onData(chunk) {
      lastByteMs = ticker.nowMs;
      if (exchange.ended) {
        // Bytes after the last frame: nobody gets them, and this connection is not to be trusted again.
        if (endedAtMs !== undefined) abandon();
        return;
      }
      if (adds(chunk)) lastProgressMs = ticker.nowMs;
      length += chunk.length;
      if (length <= limits.maxAnswerBytes) attempt(() => take(chunk));
      else fail(new ProxyError('upstream_invalid_response', 'The upstream sent an answer over the size limit.'));
    },
    onEnd() {
      leaveTicker();
      if (!exchange.ended) attempt(answer);
    },
    onFailure: breakOff,
    giveUp(error) {
      if (!exchange.ended) fail(error);
    },
  };
}

function startsObject(chunk: Buffer): boolean {
  return chunk.toString('latin1', 0, 64).trimStart().startsWith('{');
}

function unreadable(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  // What the engine can parse at any depth it cannot always write again.
  if (thrown instanceof RangeError)
    return new ProxyError('upstream_invalid_response', 'The upstream sent an answer that is nested too deeply.');
  return new ProxyError('internal_error', 'The answer could not be read.', { cause: thrown });
}

/** The answer with another name of its model; all its other bytes stay. */
function withModel(bytes: Buffer, document: JsonObject, asked: string): Buffer {
  const { model } = document;
  if (typeof model !== 'string' || model === asked) return bytes;
  const value = Buffer.from(asked).toString('latin1');
  return Buffer.from(editJson(bytes.toString('latin1'), [{ op: 'set', path: ['model'], value }]), 'latin1');
}

/** Folds the event stream `bytes` into one document. */
function collect(bytes: Buffer, collector: StreamCollector, maxEventBytes: number): string {
  const read = (text: string, start: number, end: number) => {
    const { event, data, hasData } = readFrame(text, start, end);
    if (!hasData || data === '') return;
    const decoded = utf8Text(data);
    if (decoded.trim() === '[DONE]') return collector.push('[DONE]');
    // Some protocols tell a tool's arguments as an object: no digit of theirs may be lost.
    const payload = parseExactJson(decoded);
    if (event === 'error') throw parseInBandError(payload ?? decoded);
    if (!isObject(payload)) {
      throw new ProxyError('upstream_invalid_response', 'The upstream sent an event that is not a JSON object.');
    }
    if (payload['type'] === 'error' || isFailure(payload)) throw parseInBandError(payload);
    collector.push(payload);
  };
  const splitter = createFrameSplitter(maxEventBytes, (text, _bytes, start, end) => read(text, start, end));
  // A last frame that no blank line closed counts if it is whole.
  if (!splitter.push(Buffer.concat([bytes, Buffer.from('\n\n')]))) {
    throw new ProxyError('upstream_invalid_response', 'The upstream sent an event over the size limit.');
  }
  const answer = collector.answer();
  if (answer === null)
    throw new ProxyError('upstream_truncated', 'The upstream broke off before its answer was complete.');
  return answer;
}

function isFailure(payload: JsonObject): boolean {
  return payload['error'] != null && payload['choices'] === undefined && payload['type'] === undefined;
}
