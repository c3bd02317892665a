/** What a command may know of the process around it: handed in, so that a test can be that process. */
import type { Readable, Writable } from 'node:stream';
import type { ExitCode } from './exit-code.ts';

export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface CliContext {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's own folder, not ours. */
  readonly homedir: string;
  readonly pid: number;
  /** Whether a person is at the other end. */
  readonly isTty: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  /** Whether `stdout` shows colours: a terminal, and neither `NO_COLOR` nor `TERM=dumb`. */
  readonly colors: boolean;
  /** The program's version. */
  readonly version: string;
  /** Takes the signals from now on; until then, and after the returned function, they end the process. */
  onSignal(listener: (signal: Signal) => void): () => void;
  /** Takes what nobody caught from now on; until then it is printed, and the process ends with 70. */
  onUncaught(listener: (thrown: unknown) => void): void;
  /** Writes out what is still buffered and ends the process. */
  exit(code: ExitCode): void;
}
