/** What we know about a tool that may be led here: its names, the files it reads, and what must stand in them. */

/** A: proven by running the tool. B: from its vendor's documentation. C: nothing is written, steps are printed. */
export type ToolTier = 'A' | 'B' | 'C';

/** What a tool speaks to the proxy, and so what the check after `connect` speaks. */
export type ToolProtocol = 'messages' | 'responses' | 'chat' | 'gemini' | 'ollama';

/** A model as tools are told it: sizes within the default price tier, undefined where the catalogue does not say. */
export interface ChosenModel {
  readonly id: string;
  readonly name: string;
  readonly contextTokens: number | undefined;
  readonly promptTokens: number | undefined;
  readonly outputTokens: number | undefined;
  readonly vision: boolean;
  readonly reasoning: boolean;
  readonly toolCalls: boolean;
}

export interface ChosenModels {
  /** For the work itself. */
  readonly big: ChosenModel;
  /** For small tasks and subagents. */
  readonly small: ChosenModel;
  /** For titles and monitors: the cheapest. */
  readonly background: ChosenModel;
  /** Every chat model of the seat; empty where the catalogue was not asked. */
  readonly list: readonly ChosenModel[];
}

/** Where and for whom a tool is led here. All that a plan may know; a plan touches nothing. */
export interface ConnectPlace {
  /** The proxy's origin, without slash and `/v1`. */
  readonly url: string;
  readonly key: string;
  /** Null leaves the choice to the tool. */
  readonly models: ChosenModels | null;
  /** The user's own folder. */
  readonly homedir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  /** For a project: its folder. Its files get a reference to a variable, never the key. */
  readonly projectDir: string | null;
  /** Where `run` keeps files that are gone afterwards; null for `connect` and `env`. */
  readonly scratchDir: string | null;
  /** Whether Crossfeed's status line is wanted. */
  readonly statusLine: boolean;
  /** The seat's models as Codex lists them, JSON text; null where nobody asked. */
  readonly codexCatalogue: string | null;
  /** Of several names that a file may have, a plan takes the one that is there. */
  readonly exists: (file: string) => boolean;
}

export type EditValue = string | number | boolean | null | readonly EditValue[] | { readonly [key: string]: EditValue };

/** One value in a file. Folders of the path are made; a value that holds the place's key is never shown. */
export type FileChange =
  | {
      readonly op: 'set';
      readonly path: readonly string[];
      readonly value: EditValue;
      /** Members of the value that the tool itself changes (a date of its last use): the value stays ours. */
      readonly moving?: readonly string[];
      /** What a file must have, whatever it says: a value that is there stays the user's. */
      readonly unlessThere?: true;
    }
  /**
   * An element at the end of the list under `path`, which is made where there is none. `by` is the member that tells
   * ours from the others (one of the same name is replaced); null where the element is a plain value.
   */
  | { readonly op: 'append'; readonly path: readonly string[]; readonly value: EditValue; readonly by: string | null };

export type FileEdit =
  | {
      /** Absolute. */
      readonly file: string;
      /** `json` and `jsonc` are read alike. The path of a change in an `env` file is one name. */
      readonly format: 'json' | 'jsonc' | 'toml' | 'yaml' | 'env';
      readonly changes: readonly FileChange[];
    }
  /** A file that is ours alone, as a whole. */
  | { readonly file: string; readonly format: 'own'; readonly text: string };

export interface ToolPlan {
  /** What `connect` writes (with `projectDir`: into the project). */
  readonly files: readonly FileEdit[];
  /** What `run` sets, and `env` prints. */
  readonly variables: Readonly<Record<string, string>>;
  /** What `run` puts before the user's own arguments. Never holds the key. */
  readonly args: readonly string[];
  /** What `run` writes below `scratchDir` where variables and arguments are not enough. */
  readonly scratchFiles: readonly FileEdit[];
  /** What a person must know or do after `connect`, one sentence each. Never holds the key. */
  readonly notes: readonly string[];
  /** What neither variables nor arguments can say, one line each: for `env` and `run`. Never holds the key. */
  readonly runNotes: readonly string[];
}

export interface ToolKnowledge {
  readonly id: string;
  /** As its makers write it. */
  readonly title: string;
  readonly tier: ToolTier;
  /** The programs' names, the usual one first: they mean the tool wherever a tool is named. Empty for none. */
  readonly binaries: readonly string[];
  /** How to get it, one line. */
  readonly install: string;
  readonly protocol: ToolProtocol;
  /** Whose models it was made for; its models are chosen among these where the seat has some. */
  readonly vendor: 'anthropic' | 'openai' | 'google' | null;
  /** The variable that holds the key where a project's file refers to it; null where projects cannot be connected. */
  readonly projectVariable: string | null;
  plan(place: ConnectPlace): ToolPlan;
}

/** For a tool that reads its provider from a file: the key in one variable. */
export const ownKeyVariable = 'CROSSFEED_API_KEY';
