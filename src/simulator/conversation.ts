/** The simulator's own small words for a conversation and its answer, shared by its three model endpoints. */

/** One message or result, as flat text: the writer does not need more. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
  /** Only for `tool`: the client declared the call failed. */
  readonly isError?: boolean;
}

export interface OfferedTool {
  readonly name: string;
  /** Responses only: the namespace that the call has to name. */
  readonly namespace?: string;
  /** `custom` takes free text; `local-shell` is the hosted shell of Responses; the rest takes JSON. */
  readonly form: 'function' | 'custom' | 'local-shell';
  /** JSON schema of the arguments; an empty object for `custom`. */
  readonly schema: unknown;
}

export type ToolChoice = { readonly kind: 'auto' | 'none' | 'any' } | { readonly kind: 'named'; readonly name: string };

/** How searches of the vendor turn out, by the scenario. */
export type SearchWeather = 'found' | 'nothing' | 'fails' | 'slow';

/** The search that the vendor makes for its own models. */
export interface HostedSearch {
  readonly allowedDomains: readonly string[];
  readonly isForced: boolean;
  readonly weather: SearchWeather;
  readonly delayMs: number;
  readonly maxCalls: number;
}

/** What is asked of the writer. */
export interface Ask {
  readonly turns: readonly Turn[];
  readonly tools: readonly OfferedTool[];
  readonly choice: ToolChoice;
  /** Whether several calls in one answer are allowed. */
  readonly parallel: boolean;
  /** The schema of the wanted JSON answer; `{}` for "any JSON object"; undefined for plain text. */
  readonly schema: unknown;
  /** The vendor's own search of the web, where it is offered. */
  readonly search?: HostedSearch;
  readonly thinks: boolean;
  readonly stops: readonly string[];
  readonly maxOutputTokens: number | undefined;
}

export interface TextPiece {
  readonly kind: 'text';
  readonly text: string;
  readonly citations?: readonly Citation[];
}

/** `start` and `end` count characters, not units of UTF-16; `end` is the first one behind it. */
export interface Citation {
  readonly url: string;
  readonly title: string;
  readonly start: number;
  readonly end: number;
}

export type SearchAction =
  | { readonly type: 'search'; readonly queries: readonly string[]; readonly query: string }
  | { readonly type: 'open_page'; readonly url: string }
  | { readonly type: 'find_in_page'; readonly pattern: string; readonly url: string };

export type SpokenPiece =
  | { readonly kind: 'thinking'; readonly text: string }
  | TextPiece
  /** `input` is JSON text, or for `custom` tools the free text itself. */
  | { readonly kind: 'call'; readonly tool: OfferedTool; readonly input: string };

export type Piece =
  | SpokenPiece
  /** `/responses` alone has searches of its own. */
  | {
      readonly kind: 'search';
      readonly action: SearchAction;
      readonly sources: readonly string[];
      readonly isFailed: boolean;
      readonly waitMs: number;
    };

export interface Reply {
  readonly pieces: readonly Piece[];
  readonly ending: 'stop' | 'length' | 'calls' | 'stop-sequence' | 'filtered';
  /** The stop sequence that ended it. */
  readonly stoppedBy?: string;
}

/** What the model itself wrote. */
export function spokenPieces(pieces: readonly Piece[]): readonly SpokenPiece[] {
  return pieces.filter((piece) => piece.kind !== 'search');
}

/** Cuts text into the deltas of a stream, by code points, words kept whole where they are short. Lazy, for long ones. */
export function* deltasOf(text: string): Generator<string, void> {
  for (const [delta] of text.matchAll(/\s*\S{1,12}|\s+$/gu)) yield delta;
}
