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

/** What is asked of the writer. */
export interface Ask {
  readonly turns: readonly Turn[];
  readonly tools: readonly OfferedTool[];
  readonly choice: ToolChoice;
  /** Whether several calls in one answer are allowed. */
  readonly parallel: boolean;
  /** The schema of the wanted JSON answer; `{}` for "any JSON object"; undefined for plain text. */
  readonly schema: unknown;
  readonly thinks: boolean;
  readonly stops: readonly string[];
  readonly maxOutputTokens: number | undefined;
}

export type Piece =
  | { readonly kind: 'thinking'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** `input` is JSON text, or for `custom` tools the free text itself. */
  | { readonly kind: 'call'; readonly tool: OfferedTool; readonly input: string };

export interface Reply {
  readonly pieces: readonly Piece[];
  readonly ending: 'stop' | 'length' | 'calls' | 'stop-sequence' | 'filtered';
  /** The stop sequence that ended it. */
  readonly stoppedBy?: string;
}

/** Cuts text into the deltas of a stream, by code points, words kept whole where they are short. Lazy, for long ones. */
export function* deltasOf(text: string): Generator<string, void> {
  for (const [delta] of text.matchAll(/\s*\S{1,12}|\s+$/gu)) yield delta;
}
