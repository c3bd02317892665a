/** Every exit code of the program, once: scripts rely on them. (The numbers above 64 are those of `sysexits.h`.) */

export const exitCode = {
  ok: 0,
  failure: 1,
  /** A command, argument or flag that does not exist or does not fit. */
  usage: 2,
  /** GitHub or a model cannot be reached. */
  unavailable: 69,
  /** A fault of the program itself. */
  internal: 70,
  /** Try again later. */
  temporary: 75,
  /** GitHub refuses: no seat, a policy, a login that ended. */
  permission: 77,
  /** A setting, a variable, a file of ours or the Node version. */
  configuration: 78,
  /** Ended by a second signal, or a question left with Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
