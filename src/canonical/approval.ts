/** A call that waits for the word of the seat's owner, and what the owner may say (`decisions.md` 53). */

export interface WaitingCall {
  /** Short, for a person to type. */
  readonly id: string;
  readonly exchangeId: string;
  readonly keyLabel: string;
  readonly project: string | null;
  readonly session: string;
  readonly model: string;
  readonly kind: string | null;
  /** Expected and at most, 1e9 to a credit; null where the model has no price. */
  readonly nanoAiu: number | null;
  readonly mostNanoAiu: number | null;
  /** The names of the edits that it goes up with. */
  readonly edits: readonly string[];
  /** Why it is asked about, a sentence each. */
  readonly reasons: readonly string[];
  /** In ms since the epoch: when it came, and when it is denied. */
  readonly since: number;
  readonly until: number;
}

/** `session` allows this call and all that follow in its session. */
export type ApprovalAnswer = 'allow' | 'deny' | 'session';
