/** A response that is kept for its caller: what went in, what came out, and what it went on from. */

/** Texts are JSON in a latin1 view of its UTF-8: half the memory of a string with one letter beyond it. */
export interface StoredResponse {
  /** The key that asked; no other one sees it. */
  readonly keyId: string;
  readonly id: string;
  /** The response that this one goes on from; its items are not repeated here. */
  readonly previousId: string | null;
  /** The list of the request's own input items, as they came. */
  readonly input: string;
  /** The response object as the caller got it. */
  readonly response: string;
}

/** `memory`: until it was not used for an hour, or the process ends. `disk`: asked for, and kept for a month. */
export type ResponseKeeping = 'memory' | 'disk';
