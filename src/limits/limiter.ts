/** The question "may this exchange start?", asked once an exchange, and what the answers can be. */

/** Human turns go before an agent's own steps when there is a queue. */
export interface AdmissionRequest {
  readonly accountName: string;
  /** Whose key it is: those who wait take turns, key by key. */
  readonly keyId: string;
  readonly initiator: 'user' | 'agent';
  /** Short calls (token counts, embeddings) keep the pace, but never fill the places of generations. */
  readonly kind: 'generation' | 'short';
  readonly signal: AbortSignal;
}

export type Admission =
  | { readonly admitted: true; readonly waitedMs: number; release(): void }
  | { readonly admitted: false; readonly reason: RefusalReason; readonly retryAfterMs: number };

/** `queue-full`: too many wait already. The others name what the wait would have been for. */
export type RefusalReason = 'pace' | 'concurrency' | 'queue-full';

/** What the upstream made of an exchange: a rate limit holds every caller of the account for as long as it says. */
export type UpstreamVerdict =
  | { readonly kind: 'served' }
  | { readonly kind: 'rate-limited'; readonly retryAfterMs: number };

export interface LimiterStatus {
  readonly running: number;
  readonly queued: number;
  /** The places in force for generations: fewer after a 429. */
  readonly concurrency: number;
  /** The rate in force, in starts a second: lowered after a 429, raised again slowly. */
  readonly perSecond: number;
  /** Nothing starts before this (ms since the epoch), because GitHub said so; null if nothing holds. */
  readonly heldUntil: number | null;
}

export interface Limiter {
  /**
   * Answers at once where nothing waits, so that an idle account costs no turn of the event loop; else waits for a
   * place. Rejects only with the signal's reason. Check and take are one step.
   */
  admit(request: AdmissionRequest): Admission | Promise<Admission>;
  observe(accountName: string, verdict: UpstreamVerdict): void;
  status(accountName: string): LimiterStatus;
}
