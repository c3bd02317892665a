/** Changes that no test notices and no user either: each with the reason, and a line of the code that it stands in. */

interface HarmlessChange {
  readonly file: string;
  /** The whole line, without its spaces before. */
  readonly code: string;
  readonly was: string;
  readonly why: string;
}

export const harmlessChanges: readonly HarmlessChange[] = [];
