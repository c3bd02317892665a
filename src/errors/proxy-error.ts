/** The one error class: born where the fact is known, dressed by a protocol at the door it leaves by. */
import type { ErrorCode } from './error-table.ts';

export interface ProxyErrorOptions {
  readonly cause?: unknown;
  /** How long the caller should wait, in ms. Only where the code is retryable. */
  readonly retryAfterMs?: number | undefined;
  /** The status the upstream gave, where one was received. */
  readonly upstreamStatus?: number | undefined;
  /** GitHub's own id of the failed request (`x-github-request-id`). */
  readonly upstreamRequestId?: string | undefined;
  /** The field of the request that is at fault, in the caller's own words. */
  readonly param?: string | undefined;
  /** Overrides `error.code` on OpenAI faces, where the upstream named a code that clients know. */
  readonly upstreamCode?: string | undefined;
  /** The message holds words of the upstream's, which may quote the request. */
  readonly quotesUpstream?: boolean | undefined;
}

export class ProxyError extends Error {
  override readonly name = 'ProxyError';
  readonly code: ErrorCode;
  readonly retryAfterMs: number | undefined;
  readonly upstreamStatus: number | undefined;
  readonly upstreamRequestId: string | undefined;
  readonly param: string | undefined;
  readonly upstreamCode: string | undefined;
  readonly quotesUpstream: boolean;

  /** `message` goes to the caller as it is: no upstream HTML, path, token or stack, at most 300 characters of theirs. */
  constructor(code: ErrorCode, message: string, options: ProxyErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
    this.upstreamStatus = options.upstreamStatus;
    this.upstreamRequestId = options.upstreamRequestId;
    this.param = options.param;
    this.upstreamCode = options.upstreamCode;
    this.quotesUpstream = options.quotesUpstream ?? false;
  }
}

/** Any thrown value as a `ProxyError`; what is not one already is a fault of ours, and keeps its cause. */
export function toProxyError(thrown: unknown): ProxyError {
  if (thrown instanceof ProxyError) return thrown;
  return new ProxyError('internal_error', 'The proxy failed to answer this request.', { cause: thrown });
}
