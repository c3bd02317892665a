/** What the editors of JSON, TOML, YAML and env files have in common: single values change, every other byte stays. */
import type { EditValue } from '../tool-knowledge.ts';

/** A key, or the place in a list. */
export type Step = string | number;

/** A value, or a value as it stood in the file. */
export type NewValue = { readonly value: EditValue } | { readonly source: string };

/** All of it without the byte order mark. Everything throws `EditProblem`. */
export interface TextEditor {
  /** What the file says; undefined where it says nothing. */
  read(text: string): unknown;
  /** The value at `path` as it stands there. */
  source(text: string, path: readonly Step[]): string | undefined;
  /** Folders on the way are made. An index is one that is there, or the next one of a list that is there. */
  put(text: string, path: readonly Step[], value: NewValue): string;
  /** Takes out one member; nothing where there is none. */
  drop(text: string, path: readonly Step[]): string;
}

/** A file that cannot be edited as it is: the user has to mend it, or to look where something stands in the way. */
export class EditProblem extends Error {
  override readonly name = 'EditProblem';
}

/** `line 3, column 7` of a character. */
export function placeIn(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const lines = before.split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}

/** Where the line that holds `offset` begins. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Behind the line break of the line that holds `offset`. */
export function lineEnd(text: string, offset: number): number {
  const at = text.indexOf('\n', offset);
  return at < 0 ? text.length : at + 1;
}

export function splice(text: string, start: number, end: number, inserted: string): string {
  return text.slice(0, start) + inserted + text.slice(end);
}

/** The value below `path`; undefined where there is none. */
export function valueAt(root: unknown, path: readonly Step[]): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<Step, unknown>)[step];
  }
  return value;
}
