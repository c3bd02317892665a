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

/** One prompt of a task; all but the first go on with the session that the first one opened. */
export interface ClientTurn {
  readonly prompt: string;
  readonly goesOn: boolean;
}

export interface Launch {
  /** A script that this Node runs, or the client's native program. */
  readonly program: string;
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
  /** The name that the proxy is asked for. */
  readonly model: string;
  /** A model of another family that takes over after the first prompt; such a case does the task `turns` alone. */
  readonly nextModel?: string;
  /** The client hands the first model's thoughts on to the second one; others leave them out by themselves. */
  readonly handsThoughtsOn?: boolean;
  /** The model has another protocol than the client, so its exchanges must have been translated. */
  readonly translated?: boolean;
  /** It is configured to compact its conversation early; such a case does the task `compact` alone. */
  readonly compacts?: boolean;
  /** The proxy searches the web for it; such a case does the task `search` alone. */
  readonly searches?: boolean;
  /** The tasks of the short run that CI does. */
  readonly smoke: readonly TaskId[];
  /** The path that the exchanges must have come in by, e.g. `/v1/messages`: proof that the client spoke as meant. */
  readonly route: string;
  /** Writes the client's configuration below `place.home`. */
  configure?(place: ClientPlace): void;
  /** How it is started for one prompt. */
  launch(place: ClientPlace, turn: ClientTurn): Launch;
}

/** What the case has to do: all of it, or where it is about going on, that alone. */
export function doesTask({ nextModel, compacts = false, searches = false }: ClientCase, id: TaskId): boolean {
  if (compacts || id === 'compact') return compacts && id === 'compact';
  if (searches || id === 'search') return searches && id === 'search';
  return nextModel === undefined || id === 'turns';
}

export type TaskId = 'create' | 'edit' | 'command' | 'turns' | 'compact' | 'search' | 'cap';
