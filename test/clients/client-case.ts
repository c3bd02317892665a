/** What one run of a real client is: how it is configured and started, data for the runner. */

/** Where a client lives and where it may work: everything in temporary folders. */
export interface ClientPlace {
  /** The folder that holds the client's `node_modules`. */
  readonly packages: string;
  readonly home: string;
  readonly cwd: string;
  /** The proxy's origin, without slash. */
  readonly url: string;
  /** The origin of its second listener, which asks for no key; the case's `proxyFlags` ask for one. */
  readonly ollamaUrl: string;
  readonly key: string;
}

/** One prompt of a task; all but the first go on with the session that the first one opened. */
export interface ClientTurn {
  readonly prompt: string;
  readonly goesOn: boolean;
  /** An image in the working folder that the prompt is about. */
  readonly image?: string;
}

export interface Launch {
  /** A script that this Node runs, or the client's native program. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export type TaskId =
  | 'create'
  | 'edit'
  | 'command'
  | 'turns'
  | 'long'
  | 'parallel'
  | 'thoughts'
  | 'image'
  | 'cancel'
  | '429'
  | '529'
  | '402'
  | 'token'
  | 'search'
  | 'cap'
  | 'compact';

/** The vendor of the model that answers. */
export type Family = 'Claude' | 'GPT' | 'Gemini' | 'Grok';

/** `smoke`: a file is created. `work`: the everyday tasks. `full`: everything. `sequel`: what goes on alone. */
export type Depth = 'smoke' | 'work' | 'full' | 'sequel';

export interface ClientCase {
  /** What the table shows, e.g. `codex, built-in provider`. */
  readonly title: string;
  /** The tool's id as `decisions.md` 52 has it, or the SDK's package: what `--only` names. */
  readonly client: string;
  readonly package: string;
  readonly version: string;
  /** Further `name@version`s that it takes. */
  readonly beside?: readonly string[];
  /** The name that the proxy is asked for. */
  readonly model: string;
  readonly family: Family;
  readonly depth: Depth;
  /** A model of another family that takes over after the first prompt. */
  readonly nextModel?: string;
  /** The client hands the first model's thoughts on to the second one; others leave them out by themselves. */
  readonly handsThoughtsOn?: boolean;
  /** The model has another protocol than the client, so its exchanges must have been translated. */
  readonly translated?: boolean;
  /** It is configured to compact its conversation early: by a declared call, or by one whose prompt says so. */
  readonly compaction?: 'declared' | RegExp;
  /** It compacts when it is told that a conversation is too long: the second call of `compact` is told so. */
  readonly overflows?: boolean;
  /** What the client itself does against GitHub's rules, and the proxy mends with the next call: rules of the simulator. */
  readonly mended?: readonly string[];
  /** Tasks of its depth that it cannot do, and why: known limits. */
  readonly cannot?: Readonly<Partial<Record<TaskId, string>>>;
  /** The proxy searches the web for it; such a case does the task `search` alone. */
  readonly searches?: boolean;
  /** The tasks of the short run that CI does. */
  readonly smoke: readonly TaskId[];
  /** The path that the exchanges must have come in by, e.g. `/v1/messages`: proof that the client spoke as meant. */
  readonly route: string;
  /** Hosts outside that it asks for however it is configured; it gets nothing from them, and works. */
  readonly asksFor?: readonly string[];
  /** Further flags of `crossfeed start`. */
  readonly proxyFlags?: readonly string[];
  /** Writes the client's configuration below `place.home`. */
  configure?(place: ClientPlace): void;
  /** How it is started for one prompt. */
  launch(place: ClientPlace, turn: ClientTurn): Launch;
}
