/** Why a command stops: one sentence for the user and the exit code for the script. */
import type { ExitCode } from './exit-code.ts';

export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;

  /** `message` is printed as it is, after `crossfeed: `. Never holds a secret. */
  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
