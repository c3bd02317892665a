/** The tools of a request, and what the caller says about their use. */
import type { CacheMark } from './content.ts';
import type { JsonObject } from './json-value.ts';

export type Tool = FunctionTool | CustomTool | LocalShellTool | HostedTool;

export interface FunctionTool {
  readonly kind: 'function';
  readonly name: string;
  readonly namespace: string | null;
  /** What Responses says of the namespace as a whole. */
  readonly namespaceDescription?: string;
  readonly description: string | null;
  /** JSON Schema of the arguments; null where none was given. */
  readonly schema: JsonObject | null;
  readonly strict: boolean | null;
  /** Shown to the model only once it searched for it (`defer_loading`). */
  readonly deferred: boolean;
  readonly cache?: CacheMark;
}

/** Takes raw text instead of JSON, perhaps held to a grammar. */
export interface CustomTool {
  readonly kind: 'custom';
  readonly name: string;
  readonly namespace: string | null;
  readonly namespaceDescription?: string;
  readonly description: string | null;
  readonly grammar: { readonly syntax: string; readonly definition: string } | null;
}

/** `local_shell` of Responses: a command that the caller runs. */
export interface LocalShellTool {
  readonly kind: 'local-shell';
}

/** Run by the vendor, so no other vendor can. */
export interface HostedTool {
  readonly kind: 'hosted';
  readonly type: string;
  readonly value: JsonObject;
}

export interface ToolName {
  readonly name: string;
  readonly namespace: string | null;
}

export type ToolChoice =
  | { readonly kind: 'auto' | 'none' | 'required' }
  | { readonly kind: 'tool'; readonly tool: ToolName }
  /** One of these, or none of them where `required` is false. */
  | { readonly kind: 'allowed'; readonly required: boolean; readonly tools: readonly ToolName[] };
