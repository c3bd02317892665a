/** The contract between the story of an exchange and everybody who listens to it. Later rooms only listen. */
import type { CacheFinding } from '../canonical/cache-finding.ts';
import type { ModelPrices } from '../canonical/model.ts';
import type { Endpoint, ProtocolId } from '../canonical/protocol-id.ts';
import type { Lane, RequestEdit } from '../canonical/request-edit.ts';
import type { Estimate } from '../canonical/spend.ts';
import type { TokenUsage } from '../canonical/token-usage.ts';
import type { ErrorCode } from '../errors/error-table.ts';

/** What a caller asked for. */
export type Operation = 'generate' | 'embed' | 'count-tokens';

export interface ExchangeBase {
  /** The exchange's id: `x-crossfeed-exchange`. */
  readonly id: string;
  /** Wall time in ms since the epoch. */
  readonly at: number;
}

export type ExchangeEvent =
  | (ExchangeBase & {
      readonly type: 'started';
      readonly protocol: ProtocolId;
      readonly operation: Operation;
      /** The route as listed in the docs, e.g. `/v1/messages`; never the raw URL. */
      readonly route: string;
      readonly keyId: string;
      /** Whose seat pays. */
      readonly account: string;
      /** The project that it is booked under (`decisions.md` 39); null for none. */
      readonly project: string | null;
      /** The exchange on whose behalf it is made (`decisions.md` 8); null for a caller's own. */
      readonly parentId: string | null;
      /** The caller's user agent, cut to 200 characters and cleaned of control characters. */
      readonly client: string;
      /** The session's id (`decisions.md` 48), hashed where the client's own marker could identify somebody. */
      readonly session: string;
      readonly requestBytes: number;
      /** The header of that name, where the caller sent one. */
      readonly traceparent?: string | readonly string[] | undefined;
    })
  | (ExchangeBase & { readonly type: 'admitted'; readonly waitedMs: number })
  | (ExchangeBase & {
      readonly type: 'routed';
      readonly askedModel: string;
      readonly model: string;
      readonly endpoint: Endpoint;
      readonly lane: Lane;
      readonly stream: boolean;
      readonly initiator: 'user' | 'agent';
      /** The client's own declaration (`conversation-compaction`, …); null where it makes none. */
      readonly kind: string | null;
      /** What the model costs just now; null where the catalogue does not say. */
      readonly prices: ModelPrices | null;
    })
  /** What the call is expected to take; before `admitted`. */
  | (ExchangeBase & { readonly type: 'estimated'; readonly estimate: Estimate })
  /** What its caller is told of budgets and quota; before `admitted`. */
  | (ExchangeBase & { readonly type: 'warned'; readonly warnings: readonly string[] })
  | (ExchangeBase & { readonly type: 'edited'; readonly edits: readonly RequestEdit[] })
  | (ExchangeBase & {
      readonly type: 'upstream-head';
      readonly status: number;
      readonly upstreamRequestId: string | null;
    })
  | (ExchangeBase & { readonly type: 'first-token' })
  | (ExchangeBase & { readonly type: 'usage'; readonly usage: TokenUsage })
  /** Behind `usage`, where less of the prompt was cached than could be expected. */
  | (ExchangeBase & { readonly type: 'cache'; readonly finding: CacheFinding })
  | (ExchangeBase & {
      readonly type: 'ended';
      readonly outcome: 'finished' | 'failed' | 'canceled';
      /** The HTTP status the caller got; 0 if the caller left before a head was sent. */
      readonly status: number;
      readonly error: { readonly code: ErrorCode; readonly message: string } | null;
      readonly durationMs: number;
      readonly responseBytes: number;
      /** Heartbeats and synthesised endings we added: the counted exceptions of law 1. */
      readonly heartbeats: number;
      readonly synthesizedEnding: boolean;
    });
