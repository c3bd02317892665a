/** The faces a wire format may have. Everything behind them is pure: no I/O, no timer, no clock, no random. */
import type { Sealed } from '../canonical/conversation.ts';
import type { JsonObject } from '../canonical/json-value.ts';
import type { ModelRequest } from '../canonical/model-request.ts';
import type { Model } from '../canonical/model.ts';
import type { ProtocolId } from '../canonical/protocol-id.ts';
import type { Report } from '../canonical/request-edit.ts';
import type { StreamPart } from '../canonical/stream-part.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { ProxyError } from '../errors/proxy-error.ts';

/** An error in a protocol's own shape, before any byte of an answer went out. */
export interface ErrorReply {
  readonly status: number;
  /** Lower-case names; always holds `content-type`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How a protocol says that something went wrong. */
export interface ErrorEncoder {
  readonly id: ProtocolId;
  encodeError(error: ProxyError, exchangeId: string): ErrorReply;
}

/** What a watch says of one frame of a stream whose two sides speak the same protocol. */
export type FrameVerdict =
  /** The frame's own bytes go down. */
  | 'forward'
  /** Nothing of it goes down. */
  | 'drop'
  /** Other text goes down in its place. `text` is a latin1 view of UTF-8, like what the watch was given. */
  | { readonly kind: 'replace'; readonly text: string }
  /** The upstream says in the stream that it failed; `payload` is what it said. */
  | { readonly kind: 'upstream-error'; readonly payload: unknown }
  /** The frame is not of this protocol, so nothing after it can be trusted. `message` says what is wrong with it. */
  | { readonly kind: 'broken'; readonly message: string };

/** How a stream stands after the frames seen so far. */
export interface StreamStanding {
  /** The protocol's last frame was seen: nothing after it goes down. */
  ended: boolean;
  /** Something of the answer was seen: text, reasoning, a tool call, a finish. Until then the head can wait. */
  hasContent: boolean;
  /** The last frame carried nothing of the answer: a comment, a ping. */
  idle: boolean;
  usage: TokenUsage | null;
  /** Some of the ending is ours: the upstream left it out, or gave a reason that the protocol does not know. */
  endingMended: boolean;
  /** The answer is over for the caller while the upstream goes on: its call must end at once, it costs money. */
  upstreamLeft: boolean;
}

/** How a stream stands before its first frame. */
export function newStanding(): StreamStanding {
  return { ended: false, hasContent: false, idle: true, usage: null, endingMended: false, upstreamLeft: false };
}

/**
 * Follows a same-protocol stream frame by frame: reads usage, first content, finish and errors from it, changes what its
 * rules say, and knows whether the answer is whole. A push machine: synchronous, its state in its closure.
 */
export interface StreamWatch {
  /** Judges the frame `[start, end)` of `text`, the latin1 view of the bytes. */
  frame(text: string, start: number, end: number): FrameVerdict;
  readonly standing: Readonly<StreamStanding>;
  /**
   * The upstream closed without the last frame. What completes an answer that is whole but for its ending, or null
   * where the answer itself is incomplete: that is never dressed up as a success. A latin1 view, like all of a watch.
   */
  completion(): string | null;
  /** The frames that end a failed stream in this protocol. */
  failure(error: ProxyError, exchangeId: string): string;
}

/** Folds the events of a stream into the answer that a caller who did not stream gets. */
export interface StreamCollector {
  /** One event's payload, parsed. */
  push(payload: unknown): void;
  /** The whole answer as JSON text, or null while it is incomplete. */
  answer(): string | null;
}

/** Turns a caller's body into our words. One a client protocol. */
export interface RequestDecoder {
  /**
   * `body` is the parsed view: its strings are latin1 views of UTF-8, and so are those of the result.
   * Errors: `invalid_request` with `param`, for what no upstream could make sense of.
   */
  decodeRequest(body: JsonObject, report: Report): ModelRequest;
}

/** Whom a request is encoded for. */
export interface EncodeTarget {
  readonly model: Model;
  readonly report: Report;
}

/** Turns our words into the body of an upstream endpoint. One an upstream protocol. */
export interface RequestEncoder {
  /**
   * Gets only what `translation` left: function tools with flat, fitting names, and reasoning whose seal is the model's own.
   * The result is complete but for the upstream's quirks, which the body rules know. Always asks for a stream.
   */
  encodeRequest(request: ModelRequest, target: EncodeTarget): JsonObject;
}

/** What a decoder says of one event. */
export type DecodeVerdict =
  /** It became parts, or nothing (a ping, a comment). */
  | 'taken'
  /** It was the last: `finish` was emitted. */
  | 'ended'
  /** The upstream says that it failed; `payload` is what it said, a view. */
  | { readonly kind: 'upstream-error'; readonly payload: unknown }
  /** The event is not of this protocol. */
  | { readonly kind: 'broken'; readonly message: string };

/** Turns an upstream's events into parts. A push machine: synchronous, its state in its closure. */
export interface StreamDecoder {
  /** One frame's `event` (empty where absent) and joined `data`, latin1 views. */
  push(event: string, data: string): DecodeVerdict;
  /**
   * The upstream closed without its last event. True if the answer is whole but for its ending: then `finish` was emitted.
   */
  end(): boolean;
  /** Some of the ending is ours: the upstream left it out, or gave a reason that the protocol does not know. */
  readonly endingMended: boolean;
}

export interface StreamDecoderOptions {
  readonly emit: (part: StreamPart) => void;
  /** An id for the call at a position where the upstream gave none: the same for the same request. */
  readonly mintCallId: (index: number) => string;
  /** Whether the text of one answer may stand in several choices of Chat, as Claude's does; true if absent. */
  readonly spreadsText?: boolean;
}

/** Reasoning seals of one answer, in order. `at` says how many other blocks (text, calls) opened before it. */
export interface SealedEntry extends Sealed {
  readonly at: number;
}

export interface StreamEncoderOptions {
  /** Takes whole frames as text, a latin1 view. */
  readonly write: (frames: string) => void;
  /** The name the caller asked for, a view. */
  readonly model: string;
  readonly createdAtS: number;
  /** For protocols that say when an answer was complete; else it took no time. */
  readonly nowS?: () => number;
  /** For protocols that say how long it took. */
  readonly tookMs?: () => number;
  /** An id for what has none of its own, hex: the same for the same request and place. */
  readonly mint: (kind: string, index: number) => string;
  /** The caller's request, for protocols that repeat some of it. */
  readonly request: ModelRequest;
  /** Puts seals into our envelope, ASCII, for the protocol's own opaque member. */
  readonly seal: (entries: readonly SealedEntry[]) => string;
  /** What of the answer the protocol has no word for. */
  readonly report: Report;
}

/** Turns parts into a caller's events. A push machine. Its output always satisfies the protocol's grammar. */
export interface StreamEncoder {
  push(part: StreamPart): void;
  /** The frames that end a failed stream, whatever is open. */
  failure(error: ProxyError, exchangeId: string): string;
}

/** Holds a stream of one protocol to its grammar, event by event. Used by tests, and by the proxy with `debug.grammar`. */
export interface GrammarChecker {
  /** One event, parsed (`[DONE]` as text). What is wrong with it here, in one sentence; null where nothing. */
  push(payload: unknown): string | null;
  /** What is missing at the end of the stream; null where nothing. */
  end(): string | null;
}
