/** The faces a wire format may have. Everything behind them is pure: no I/O, no timer, no clock, no random. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
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
}

/** How a stream stands before its first frame. */
export function newStanding(): StreamStanding {
  return { ended: false, hasContent: false, idle: true, usage: null, endingMended: false };
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
   * where the answer itself is incomplete: that is never dressed up as a success.
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
