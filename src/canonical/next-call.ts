/** What the next call of a session would take. */

/** A call that goes on from the session's latest one, with the usual output. */
export interface NextCall {
  readonly idleMs: number;
  /** How long after its last use the cache keeps the prompt. */
  readonly ttlMs: number;
  readonly warmNanoAiu: number;
  readonly coldNanoAiu: number;
}
