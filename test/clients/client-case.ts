/** What one run of a real client is: how it is configured and started, data for the runner. */

/** Where a client lives and where it may work: everything in temporary folders. */
export interface ClientPlace {
  /** The folder that holds the client's `node_modules`. */
  readonly packages: string;
  readonly home: string;
  readonly cwd: string;
  /** The proxy's origin, without slash. */
  readonly url: string;
  readonly key: string;
}

export interface Launch {
  /** Run with this Node: the clients' own entry scripts find their native part. */
  readonly script: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface ClientCase {
  /** What the table shows, e.g. `codex, built-in provider`. */
  readonly title: string;
  /** The tool's id as `decisions.md` 52 has it: what `--only` names. */
  readonly client: string;
  readonly package: string;
  readonly version: string;
  /** Part of the short run that CI does. */
  readonly smoke: boolean;
  /** The path that the exchanges must have come in by, e.g. `/v1/messages`: proof that the client spoke as meant. */
  readonly route: string;
  /** Writes the client's configuration below `place.home`, and says how to start it with `prompt`. */
  prepare(place: ClientPlace, prompt: string): Launch;
}
