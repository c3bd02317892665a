/** Env files: one variable a line, as `dotenv` and Node read them. */
import type { EditValue } from '../tool-knowledge.ts';
import { EditProblem, eolOf, splice } from './text-editor.ts';
import type { TextEditor } from './text-editor.ts';

interface Line {
  readonly name: string;
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  /** Behind the line break. */
  readonly end: number;
}

export const envEditor: TextEditor = {
  read: (text) => Object.fromEntries(linesOf(text).map((line) => [line.name, valueOf(sourceOf(text, line))])),
  source(text, [name]) {
    const line = find(text, name);
    return line === undefined ? undefined : sourceOf(text, line);
  },
  put(text, path, value) {
    const [name] = path;
    if (path.length !== 1 || typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
      throw new EditProblem(`${path.join('.')} is no variable`);
    }
    const source = 'source' in value ? value.source : quoted(textOf(name, value.value));
    const line = find(text, name);
    if (line !== undefined) return splice(text, line.valueStart, line.valueEnd, source);
    const eol = eolOf(text);
    return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${name}=${source}${eol}`;
  },
  drop(text, [name]) {
    const line = find(text, name);
    if (line === undefined) return text;
    // A comment behind the value is the user's.
    const rest = text.slice(line.valueEnd, line.end);
    return rest.trim() === ''
      ? splice(text, line.start, line.end, '')
      : splice(text, line.start, line.valueEnd + (rest.length - rest.trimStart().length), '');
  },
};

/** The last one of a name counts. */
function find(text: string, name: unknown): Line | undefined {
  return linesOf(text).findLast((line) => line.name === name);
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const pattern =
    /^(?<head>[^\S\n]*(?:export[^\S\n]+)?(?<name>[\w.-]+)[^\S\n]*=[^\S\n]*)(?<value>"(?:\\.|[^"\\])*"|'[^']*'|`[^`]*`|[^#\r\n]*[^#\s]|)[^\n]*(?:\n|$)/gm;
  for (const match of text.matchAll(pattern)) {
    const { head = '', name = '', value = '' } = match.groups ?? {};
    const valueStart = match.index + head.length;
    const end = match.index + match[0].length;
    lines.push({ name, start: match.index, valueStart, valueEnd: valueStart + value.length, end });
  }
  return lines;
}

function sourceOf(text: string, { valueStart, valueEnd }: Line): string {
  return text.slice(valueStart, valueEnd);
}

function valueOf(source: string): string {
  const quote = source[0];
  if (source.length < 2 || (quote !== '"' && quote !== "'" && quote !== '`')) return source;
  const inner = source.slice(1, -1).replaceAll('\r\n', '\n');
  return quote === '"' ? inner.replaceAll(String.raw`\n`, '\n') : inner;
}

function textOf(name: string, value: EditValue): string {
  if (typeof value === 'object') throw new EditProblem(`${name} takes text alone`);
  return String(value);
}

function quoted(value: string): string {
  if (/^[\w@%+=:,./-]*$/.test(value)) return value;
  const quote = ["'", '"', '`'].find((one) => !value.includes(one));
  if (quote === undefined || value.includes('\n')) throw new EditProblem('a value that no env file can hold');
  return `${quote}${value}${quote}`;
}
