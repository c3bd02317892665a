/** One finished exchange in one row: what the log line says, the store keeps and the API answers. Never a prompt. */
import type { ErrorCode } from '../errors/error-table.ts';
import type { CacheFinding } from './cache-finding.ts';
import type { Endpoint, ProtocolId } from './protocol-id.ts';
import type { Lane, RequestEdit } from './request-edit.ts';
import type { Cost, Estimate } from './spend.ts';
import type { TokenUsage } from './token-usage.ts';

export interface ExchangeRecord {
  readonly id: string;
  /** Wall time in ms since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  /** From the start to the first content of the answer; null if none came. */
  readonly firstTokenMs: number | null;
  /** Until the account had a place for it, and until the upstream's head; null if it did not come that far. */
  readonly waitedMs: number | null;
  readonly headMs: number | null;
  readonly protocol: ProtocolId;
  readonly operation: 'generate' | 'embed' | 'count-tokens';
  readonly route: string;
  readonly keyId: string;
  readonly account: string;
  readonly project: string | null;
  /** The exchange on whose behalf it was made; null for a caller's own. */
  readonly parentId: string | null;
  /** The user agent as it came, cut. */
  readonly client: string;
  /** The program that it names: `claude-code`, `codex`, …; else the product of the user agent. Empty where unknown. */
  readonly program: string;
  readonly session: string;
  /** Null where the exchange failed before it was routed. */
  readonly askedModel: string | null;
  readonly model: string | null;
  readonly endpoint: Endpoint | null;
  readonly lane: Lane | null;
  readonly stream: boolean;
  readonly initiator: 'user' | 'agent' | null;
  /** What the client declared the call to be; null where it did not. */
  readonly kind: string | null;
  readonly edits: readonly RequestEdit[];
  readonly outcome: 'finished' | 'failed' | 'canceled';
  readonly status: number;
  readonly errorCode: ErrorCode | null;
  readonly errorMessage: string | null;
  readonly upstreamStatus: number | null;
  readonly upstreamRequestId: string | null;
  readonly usage: TokenUsage | null;
  readonly cost: Cost;
  /** What was expected beforehand; null where nothing was. */
  readonly estimate: Estimate | null;
  /** What became of its cached beginning; null where it was read as expected, or nobody can tell. */
  readonly cache: CacheFinding | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly heartbeats: number;
  readonly synthesizedEnding: boolean;
}

/** What counts against budgets: what it cost, or was expected to where that is unknown. */
export function countedNanoAiu({ cost, estimate }: Pick<ExchangeRecord, 'cost' | 'estimate'>): number {
  return cost.nanoAiu ?? estimate?.nanoAiu ?? 0;
}
