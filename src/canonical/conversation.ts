/** A conversation as a flat list of items in the order in which they were said: Responses' way, the richest. */
import type { CacheMark, Part } from './content.ts';
import type { JsonObject } from './json-value.ts';
import type { ProtocolId } from './protocol-id.ts';

/**
 * Text of one turn, tool calls and reasoning are items of their own: an assistant turn of Messages with thinking, text and
 * two calls is four items. Protocols that speak in turns group what stands together.
 */
export type Item = MessageItem | ReasoningItem | ToolCallItem | ToolResultItem | ForeignItem;

export interface MessageItem {
  readonly kind: 'message';
  /** `developer` is OpenAI's word for what others call system; system turns stand where they were said. */
  readonly role: 'system' | 'developer' | 'user' | 'assistant';
  readonly parts: readonly Part[];
  /** Chat's `name` of a speaker. */
  readonly name?: string;
  /** Responses' `commentary` or `final_answer`. */
  readonly phase?: string;
}

export interface ReasoningItem {
  readonly kind: 'reasoning';
  /** What was shown of it; empty where nothing was. */
  readonly text: string;
  readonly sealed: Sealed | null;
}

/** How a call is made: with JSON arguments, with raw text, or as the old `local_shell` of Responses. */
export type CallForm = 'function' | 'custom' | 'local-shell';

export interface ToolCallItem {
  readonly kind: 'tool-call';
  readonly callId: string;
  readonly name: string;
  readonly namespace: string | null;
  readonly form: CallForm;
  /** As it was written: JSON text (may be broken or empty), or the raw text of a custom tool. */
  readonly input: string;
  /** Gemini seals its thought onto the call. */
  readonly sealed: Sealed | null;
  readonly cache?: CacheMark;
}

export interface ToolResultItem {
  readonly kind: 'tool-result';
  readonly callId: string;
  readonly form: CallForm;
  readonly parts: readonly Part[];
  /** Null where the protocol has no word for it. */
  readonly isError: boolean | null;
  readonly cache?: CacheMark;
}

/** An item that only its own protocol knows, e.g. a server tool's call or a compaction. */
export interface ForeignItem {
  readonly kind: 'foreign';
  readonly protocol: ProtocolId;
  readonly type: string;
  readonly value: JsonObject;
}

/** Reasoning that only its maker can read, and wants back unchanged. */
export interface Sealed {
  /**
   * Which member it stood in: Messages' `signature` (over a visible text) or `redacted` (alone), Responses' `encrypted`,
   * Copilot Chat's `opaque`, Gemini's `thought`.
   */
  readonly kind: 'signature' | 'redacted' | 'encrypted' | 'opaque' | 'thought';
  readonly blob: string;
  /** The id it was issued with, where it has one. */
  readonly id: string | null;
  /** The text it was made over, where that has to travel with it. */
  readonly text?: string;
}
