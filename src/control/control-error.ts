/** Why the control socket could not be used. */

export type ControlErrorCode =
  /** Nobody answers: start the server first. */
  | 'not_running'
  /** A living server has the socket already. */
  | 'already_running'
  /** The socket's folder cannot be trusted or made. */
  | 'unusable'
  | 'invalid_request'
  /** The server answered that it failed, or broke off. */
  | 'failed'
  | 'timeout';

export class ControlError extends Error {
  override readonly name = 'ControlError';
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
