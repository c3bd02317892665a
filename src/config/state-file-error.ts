/** Something in the home folder that must not or cannot be used. */

export type StateFileErrorCode =
  /** Other users can read or replace it. */
  | 'not_private'
  | 'not_a_folder'
  | 'missing'
  /** It is there and is not what it should be: cut off, or edited into something else. */
  | 'torn'
  | 'unreadable'
  | 'unwritable'
  /** A newer version of the program wrote it. */
  | 'newer_version';

export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly code: StateFileErrorCode;
  readonly path: string;

  /** `message` is one sentence for the user and says what to do. */
  constructor(code: StateFileErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.path = path;
  }
}
