/** A tool's changes brought into a text, and out of it again: each with what stood there before. */
import { createHash } from 'node:crypto';
import type { EditValue, FileChange } from '../tool-knowledge.ts';
import { EditProblem, valueAt } from './text-editor.ts';
import type { Step, TextEditor } from './text-editor.ts';

/** How one change is taken back. Holds no value of ours: it may be a key. */
export interface Undo {
  readonly path: readonly string[];
  /** Whether it is an element of the list under `path`, found by its digest. */
  readonly isElement: boolean;
  /** What stood there, as it stood there; null for nothing. */
  readonly before: string | null;
  /** How many steps of the path were there before; the folders behind them are ours. */
  readonly found: number;
  /** Of our value. */
  readonly digest: string;
  /** For what has the key in it, and may be asked for it. */
  readonly by: string | null;
  /** The element's name, where it has one; never secret. */
  readonly name: string | null;
  /** Members of the value that the tool changes by itself: whatever stands there, the value is ours. */
  readonly moving?: readonly string[];
}

export interface Applied {
  readonly text: string;
  readonly undo: readonly Undo[];
}

/** Throws `EditProblem`; also where the text would say anything else than before plus the changes. */
export function applyChanges(editor: TextEditor, text: string, changes: readonly FileChange[]): Applied {
  let result = text;
  const undo: Undo[] = [];
  for (const change of changes) {
    const before: unknown = editor.read(result);
    if (change.op === 'set' && change.unlessThere === true && (valueAt(before, change.path) ?? null) !== null) continue;
    const { next, undone, place } = applyOne(editor, result, before, change);
    const after: unknown = editor.read(next);
    if (digestOf(after) !== digestOf(withValue(before, place, change.value))) {
      throw new EditProblem(`${change.path.join('.')} cannot be written without changing something else`);
    }
    result = next;
    undo.push(undone);
  }
  return { text: result, undo };
}

function applyOne(editor: TextEditor, text: string, root: unknown, change: FileChange) {
  const { path, value } = change;
  const found = foundSteps(root, path);
  const name = nameOf(change);
  const moving = (change.op === 'set' && change.moving) || [];
  const undone = {
    path,
    digest: digestOf(still(value, moving)),
    found,
    by: change.op === 'append' ? change.by : null,
    name,
    ...(moving.length > 0 && { moving }),
  };
  const held = valueAt(root, path);
  if (change.op === 'set' || !Array.isArray(held)) {
    if (change.op === 'append' && held !== undefined && held !== null)
      throw new EditProblem(`${path.join('.')} is no list`);
    // An empty place for a list is no value that could come back.
    const before = change.op === 'set' ? (editor.source(text, path) ?? null) : null;
    const written: EditValue = change.op === 'set' ? value : [value];
    const isSame = change.op === 'set' && before !== null && digestOf(held) === digestOf(value);
    const next = isSame ? text : editor.put(text, path, { value: written });
    const isElement = change.op === 'append';
    return { next, undone: { ...undone, before, isElement }, place: [...path, ...(change.op === 'set' ? [] : [0])] };
  }
  const list: readonly unknown[] = held;
  const same = list.findIndex((one) => isOurs(one, change));
  const index = same < 0 ? list.length : same;
  const before = same < 0 ? null : (editor.source(text, [...path, same]) ?? null);
  const next = editor.put(text, [...path, index], { value });
  return { next, undone: { ...undone, before, isElement: true }, place: [...path, index] };
}

function isOurs(one: unknown, { value, ...change }: FileChange): boolean {
  const by = change.op === 'append' ? change.by : null;
  return by === null ? digestOf(one) === digestOf(value) : valueAt(one, [by]) === valueAt(value, [by]);
}

function nameOf(change: FileChange): string | null {
  if (change.op === 'set' || change.by === null) return null;
  const name = valueAt(change.value, [change.by]);
  return typeof name === 'string' ? name : null;
}

/** What was changed in between stays, and its path is told. */
export function takeBack(editor: TextEditor, text: string, undo: readonly Undo[]) {
  let result = text;
  const kept: string[] = [];
  for (const one of undo.toReversed()) {
    const root: unknown = editor.read(result);
    const place = placeOf(root, one);
    if (place === 'changed') kept.push(pathText(one));
    if (typeof place === 'string') continue;
    if (one.before !== null) result = editor.put(result, place, { source: one.before });
    else result = dropFolders(editor, editor.drop(result, place), one);
  }
  return { text: result, kept };
}

/** Which of our values are no longer there as they were written. */
export function driftOf(editor: TextEditor, text: string, undo: readonly Undo[]): readonly string[] {
  const root: unknown = editor.read(text);
  return undo.filter((one) => typeof placeOf(root, one) === 'string').map(pathText);
}

/** Our values as they stand there now, changed or not. */
export function currentValues(editor: TextEditor, text: string, undo: readonly Undo[]): readonly unknown[] {
  const root: unknown = editor.read(text);
  return undo.map(({ path }) => valueAt(root, path));
}

function placeOf(
  root: unknown,
  { path, isElement, digest, by, name, moving = [] }: Undo,
): readonly Step[] | 'gone' | 'changed' {
  const value = valueAt(root, path);
  if (!isElement) return value === undefined ? 'gone' : digestOf(still(value, moving)) === digest ? path : 'changed';
  const list: readonly unknown[] = Array.isArray(value) ? value : [];
  const index = list.findIndex((one) => digestOf(one) === digest);
  if (index >= 0) return [...path, index];
  return by !== null && list.some((one) => valueAt(one, [by]) === name) ? 'changed' : 'gone';
}

/** Without the members that move. */
function still(value: unknown, moving: readonly string[]): unknown {
  if (moving.length === 0 || typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !moving.includes(name)));
}

function pathText({ path, isElement, name }: Undo): string {
  return [...path, ...(isElement && name !== null ? [name] : [])].join('.');
}

/** Folders that were made on the way go with the last thing in them. */
function dropFolders(editor: TextEditor, text: string, { path, isElement, found }: Undo): string {
  let result = text;
  for (let depth = isElement ? path.length : path.length - 1; depth > found; depth -= 1) {
    const folder = path.slice(0, depth);
    const held = valueAt(editor.read(result), folder);
    if (typeof held !== 'object' || held === null || Object.keys(held).length > 0) break;
    result = editor.drop(result, folder);
  }
  return result;
}

function foundSteps(root: unknown, path: readonly string[]): number {
  let found = 0;
  while (found < path.length && valueAt(root, path.slice(0, found + 1)) !== undefined) found += 1;
  return found;
}

/** What the document must say after the change. */
function withValue(root: unknown, path: readonly Step[], value: EditValue): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return value;
  if (typeof step === 'number') {
    const list: readonly unknown[] = Array.isArray(root) ? root : [];
    return list.toSpliced(step, 1, withValue(list[step], rest, value));
  }
  const held = typeof root === 'object' && root !== null ? (root as Readonly<Record<string, unknown>>) : {};
  return { ...held, [step]: withValue(held[step], rest, value) };
}

/** Of a value's JSON, whatever the order of its members. */
export function digestOf(value: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify(value, sorted) ?? 'undefined')
    .digest('hex');
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
