/** The faces a wire format may have. Everything behind them is pure: no I/O, no timer, no clock, no random. */
import type { ProtocolId } from '../canonical/protocol-id.ts';
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
