/** Why an answer ended, in no protocol's words. */

export type FinishReason =
  | 'stop'
  /** The output limit, the caller's or the model's. */
  | 'length'
  | 'tool-calls'
  /** One of the caller's own stop sequences. */
  | 'stop-sequence'
  /** The model would not. */
  | 'refusal'
  /** A filter stopped it. */
  | 'content-filter'
  /** The context window is full. */
  | 'context-window'
  /** A long turn that wants to be sent back to go on (`pause_turn`). */
  | 'pause';
