/** TOML: keys are put into the tables that are there, or into one of their own at the end, and nothing else moves. */
import type { EditValue } from '../tool-knowledge.ts';
import { EditProblem, eolOf, lineEnd, lineStart, placeIn, splice } from './text-editor.ts';
import type { NewValue, Step, TextEditor } from './text-editor.ts';
import { scanToml } from './toml-spans.ts';
import type { TomlDocument, TomlEntry, TomlSection, TomlValue } from './toml-spans.ts';

export const tomlEditor: TextEditor = {
  read: (text) => documentValue(scanToml(text)),
  source(text, path) {
    const span = spanOf(scanToml(text), path);
    return span === undefined ? undefined : text.slice(span.start, span.end);
  },
  put(text, path, value) {
    const { sections, entries } = scanToml(text);
    const source = 'source' in value ? value.source : sourceOf(value.value);
    const there = spanOf({ sections, entries }, path);
    if (there !== undefined) return splice(text, there.start, there.end, source);
    if (typeof path.at(-1) === 'number') return appended(text, entries, path, source);
    const isTable = [...sections, ...entries].some((one) => isBelow(one.path, path));
    if (isTable) throw new EditProblem(`${path.join('.')} is a table there, not a value`);
    const holder = entries.findLast((entry) => isBelow(path, entry.path));
    if (holder !== undefined) return intoInline(text, holder, entries, path, source);
    return intoSection(text, { sections, entries }, path, value, source);
  },
  drop(text, path) {
    const document = scanToml(text);
    const entry = document.entries.find((one) => isSame(one.path, path));
    if (entry !== undefined) return withoutEntry(text, document, entry);
    const list = document.entries.find((one) => isSame(one.path, path.slice(0, -1)));
    const element = list?.value.elements[Number(path.at(-1))];
    if (list !== undefined && element !== undefined) return withoutItem(text, element);
    const section = document.sections.find((one) => one.kind === 'table' && isSame(one.path, path));
    return section === undefined ? text : withoutSection(text, document, section);
  },
};

function isSame(a: readonly Step[], b: readonly Step[]): boolean {
  return a.length === b.length && a.every((step, index) => step === b[index]);
}

/** Whether `path` is deeper than `above` and inside it. */
function isBelow(path: readonly Step[], above: readonly Step[]): boolean {
  return path.length > above.length && above.every((step, index) => step === path[index]);
}

function spanOf({ entries }: TomlDocument, path: readonly Step[]): TomlValue | undefined {
  const entry = entries.find((one) => isSame(one.path, path));
  if (entry !== undefined) return entry.value;
  const last = path.at(-1);
  if (typeof last !== 'number') return undefined;
  return entries.find((one) => isSame(one.path, path.slice(0, -1)))?.value.elements[last];
}

function appended(text: string, entries: readonly TomlEntry[], path: readonly Step[], source: string): string {
  const list = entries.find((one) => isSame(one.path, path.slice(0, -1)))?.value;
  if (list?.kind !== 'list')
    throw new EditProblem(`${path.slice(0, -1).join('.')} is a list of tables: edit it by hand`);
  const last = list.elements.at(-1);
  if (last === undefined) return splice(text, list.end - 1, list.end - 1, source);
  return splice(text, last.end, last.end, `, ${source}`);
}

function intoInline(
  text: string,
  holder: TomlEntry,
  entries: readonly TomlEntry[],
  path: readonly Step[],
  source: string,
): string {
  if (holder.value.kind !== 'inline') {
    throw new EditProblem(`${holder.path.join('.')} is a value there, not a table (${placeIn(text, holder.start)})`);
  }
  const rest = `${path.slice(holder.path.length).map(keyText).join('.')} = ${source}`;
  const members = entries.filter((one) => one.section === null && isBelow(one.path, holder.path));
  const last = members.findLast(({ valueEnd }) => valueEnd < holder.valueEnd);
  if (last === undefined) return splice(text, holder.valueStart, holder.valueEnd, `{ ${rest} }`);
  const end = Math.max(...members.map(({ valueEnd }) => valueEnd));
  return splice(text, end, end, `, ${rest}`);
}

function intoSection(
  text: string,
  { sections, entries }: TomlDocument,
  path: readonly Step[],
  value: NewValue,
  source: string,
): string {
  const parent = path.slice(0, -1);
  const eol = eolOf(text);
  const own = sections.find((one) => one.kind !== 'list' && isSame(one.path, parent));
  // A table that was begun with dotted keys may not have a header as well.
  const dotted = entries.findLast(({ path: other, section }) => {
    const within = section?.path.length ?? Number.POSITIVE_INFINITY;
    return (
      own === undefined && parent.some((_step, index) => index >= within && isBelow(other, parent.slice(0, index + 1)))
    );
  });
  const section = own ?? dotted?.section ?? undefined;
  if (section !== undefined) {
    const line = `${path.slice(section.path.length).map(keyText).join('.')} = ${source}`;
    return intoLines(text, section, line, eol);
  }
  if (
    sections.some(
      (one) => one.kind === 'list' && isBelow([...parent, 0, 0], one.path.slice(0, -1)) && isListAbove(one, parent),
    )
  ) {
    throw new EditProblem(`${parent.join('.')} lies in a list of tables: edit it by hand`);
  }
  const gap = text === '' ? '' : text.endsWith('\n') ? eol : eol + eol;
  return `${text}${gap}[${parent.map(keyText).join('.')}]${eol}${keyText(path.at(-1) ?? '')} = ${source}${eol}`;
}

function isListAbove({ path }: TomlSection, parent: readonly Step[]): boolean {
  const list = path.slice(0, -1);
  return isSame(list, parent.slice(0, list.length));
}

function intoLines(text: string, section: TomlSection, line: string, eol: string): string {
  let at = section.bodyEnd;
  // A first line for editors (`#:schema …`) stays the first.
  if (section.kind === 'root' && at === 0 && text.startsWith('#')) at = lineEnd(text, 0);
  if (at > 0 && text[at - 1] !== '\n') return splice(text, at, at, `${eol}${line}`);
  const isGlued = section.kind === 'root' && at === 0 && text.trim() !== '' && !/^[\r\n]/.test(text);
  return splice(text, at, at, `${line}${eol}${isGlued ? eol : ''}`);
}

function withoutEntry(text: string, document: TomlDocument, entry: TomlEntry): string {
  if (entry.section === null) return withoutItem(text, { start: entry.start, end: entry.valueEnd });
  const start = lineStart(text, entry.start);
  const end = lineEnd(text, entry.valueEnd);
  // A comment behind the value is the user's.
  if (text.slice(entry.valueEnd, end).trim() !== '') {
    const rest = text.slice(entry.valueEnd);
    return splice(text, entry.start, entry.valueEnd + (rest.length - rest.trimStart().length), '');
  }
  // Without a line break at the end there was none before ours either.
  if (end === text.length && !text.endsWith('\n') && start > 0) {
    return splice(text, text.startsWith('\r\n', start - 2) ? start - 2 : start - 1, end, '');
  }
  const isOnlyOne = document.entries.filter(({ section }) => section === entry.section).length === 1;
  const glue =
    isOnlyOne && entry.section.kind === 'root' && start === 0 ? (/^\r?\n/.exec(text.slice(end))?.[0] ?? '') : '';
  return splice(text, start, end + glue.length, '');
}

/** With the comma before it, or behind it where it is the first. */
function withoutItem(text: string, { start, end }: { start: number; end: number }): string {
  const before = /,[ \t]*$/.exec(text.slice(0, start));
  if (before !== null) return splice(text, before.index, end, '');
  const behind = /^[ \t]*,[ \t]*/.exec(text.slice(end));
  return splice(text, start, end + (behind?.[0].length ?? 0), '');
}

/** Only where nothing is left in it; with the empty line before it. */
function withoutSection(text: string, document: TomlDocument, section: TomlSection): string {
  const next = document.sections[document.sections.indexOf(section) + 1]?.start ?? text.length;
  if (text.slice(section.headEnd, next).trim() !== '') return text;
  const start = lineStart(text, section.start);
  const gap = /(?<=\n)\r?\n$/.exec(text.slice(0, start))?.[0].length ?? 0;
  return splice(text, start - gap, section.headEnd, '');
}

function keyText(step: Step): string {
  const key = String(step);
  return /^[A-Za-z0-9_-]+$/.test(key) ? key : JSON.stringify(key);
}

function sourceOf(value: EditValue): string {
  if (value === null) throw new EditProblem('TOML knows no null');
  if (Array.isArray(value)) return `[${(value as readonly EditValue[]).map(sourceOf).join(', ')}]`;
  if (typeof value !== 'object') return typeof value === 'string' ? textOf(value) : String(value);
  const members = Object.entries(value as Readonly<Record<string, EditValue>>);
  return `{ ${members.map(([key, held]) => `${keyText(key)} = ${sourceOf(held)}`).join(', ')} }`;
}

/** A basic string: JSON's escapes are TOML's, but for the character of deletion, which JSON leaves bare. */
function textOf(value: string): string {
  return JSON.stringify(value).replaceAll('\u007F', String.raw`\u007F`);
}

function documentValue({ sections, entries }: TomlDocument): unknown {
  const root: Record<string, unknown> = {};
  for (const section of sections) {
    if (section.path.length > 0) place(root, section.path, {});
    for (const entry of entries) {
      if (entry.section !== section) continue;
      place(root, entry.path, valueOf(entry, entry.value, entries));
    }
  }
  return root;
}

function valueOf(entry: TomlEntry, value: TomlValue, entries: readonly TomlEntry[]): unknown {
  if (value.kind === 'plain') return value.plain;
  if (value.kind === 'list') return value.elements.map((element) => valueOf(entry, element, entries));
  const table: Record<string, unknown> = {};
  const inside = entries.filter((one) => one.section === null && one.start > value.start && one.valueEnd < value.end);
  for (const one of inside) {
    const isDirect = !inside.some((other) => other !== one && other.start < one.start && other.valueEnd > one.valueEnd);
    const base = baseOf(one, value, entry);
    if (isDirect) place(table, one.path.slice(base), valueOf(one, one.value, entries));
  }
  return table;
}

/** How many steps of an inner entry's path lead to the table it stands in. */
function baseOf(one: TomlEntry, value: TomlValue, entry: TomlEntry): number {
  const depth = (held: TomlValue, steps: number): number | undefined => {
    if (held === value) return steps;
    for (const element of held.elements) {
      const found = depth(element, steps + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return depth(entry.value, entry.path.length) ?? one.path.length - 1;
}

function place(root: Record<string, unknown>, path: readonly Step[], value: unknown): void {
  let at: Record<string, unknown> | unknown[] = root;
  for (const [index, step] of path.entries()) {
    const isLast = index === path.length - 1;
    const held: unknown = (at as Record<Step, unknown>)[step];
    if (isLast) {
      if (held === undefined || !isEmptyTable(value)) (at as Record<Step, unknown>)[step] = value;
      return;
    }
    if (typeof held !== 'object' || held === null) {
      (at as Record<Step, unknown>)[step] = typeof path[index + 1] === 'number' ? [] : {};
    }
    at = (at as Record<Step, unknown>)[step] as Record<string, unknown> | unknown[];
  }
}

function isEmptyTable(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
