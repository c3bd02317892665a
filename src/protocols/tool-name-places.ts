/** Where a wire format says the names of tools: for whoever has to change them on the way up and back on the way down. */
import type { JsonObject } from '../canonical/json-value.ts';

export interface NamePlace {
  readonly path: readonly (string | number)[];
  readonly name: string;
}

export interface ToolNamePlaces {
  /** The tools that a request offers, in their order: each with its path, and the names within it. */
  offered(body: JsonObject): readonly { readonly path: NamePlace['path']; readonly names: readonly NamePlace[] }[];
  /** Names of tools that were called in the conversation so far. */
  called(body: JsonObject): readonly NamePlace[];
  /** Names in the choice of a tool. */
  chosen(body: JsonObject): readonly NamePlace[];
  /** Names in an answer, or in one event of a stream. */
  answered(payload: JsonObject): readonly NamePlace[];
}

/** The place of a name at `path`, if there is one. */
export function nameAt(value: unknown, ...path: NamePlace['path']): NamePlace[] {
  return typeof value === 'string' && value !== '' ? [{ path, name: value }] : [];
}
