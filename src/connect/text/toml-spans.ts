/** Where the keys and values of a TOML text stand; written for edits by span, so it keeps offsets and no meaning of dates. */
import type { EditValue } from '../tool-knowledge.ts';
import { EditProblem, lineEnd, placeIn } from './text-editor.ts';
import type { Step } from './text-editor.ts';

/** A key with its value, at the top of a section or inside an inline table. */
export interface TomlEntry {
  /** From the root of the document. */
  readonly path: readonly Step[];
  readonly start: number;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly value: TomlValue;
  /** The section it stands in; null inside an inline table. */
  readonly section: TomlSection | null;
}

export interface TomlSection {
  readonly path: readonly Step[];
  readonly kind: 'root' | 'table' | 'list';
  readonly start: number;
  /** Behind the header's line. */
  readonly headEnd: number;
  /** Behind its last entry's line. */
  bodyEnd: number;
}

export interface TomlValue {
  readonly kind: 'plain' | 'list' | 'inline';
  /** Dates, floats and huge numbers as `{ toml: text }`: they are compared, never read. */
  readonly plain?: EditValue;
  readonly start: number;
  readonly end: number;
  /** Of a list. */
  readonly elements: readonly TomlValue[];
}

export interface TomlDocument {
  readonly sections: readonly TomlSection[];
  readonly entries: readonly TomlEntry[];
}

const bareKey = /[A-Za-z0-9_-]+/y;

export function scanToml(text: string): TomlDocument {
  let at = 0;
  const entries: TomlEntry[] = [];
  const root: TomlSection = { path: [], kind: 'root', start: 0, headEnd: 0, bodyEnd: 0 };
  const sections: TomlSection[] = [root];
  const lengths = new Map<string, number>();
  let section = root;

  const fail = (what: string): never => {
    throw new EditProblem(`not valid TOML at ${placeIn(text, at)} (${what})`);
  };
  const skip = (pattern: RegExp) => {
    pattern.lastIndex = at;
    if (pattern.test(text)) at = pattern.lastIndex;
  };
  const blank = () => skip(/[ \t]*/y);
  const space = () => skip(/(?:[ \t\r\n]|#[^\n]*)*/y);
  const expectChar = (char: string) => {
    if (text[at] !== char) fail(`${char} expected`);
    at += 1;
  };

  function readKey(): string[] {
    const keys: string[] = [];
    for (;;) {
      blank();
      if (text[at] === '"' || text[at] === "'") {
        const { plain } = readValue();
        keys.push(typeof plain === 'string' ? plain : '');
      } else {
        bareKey.lastIndex = at;
        const found = bareKey.exec(text)?.[0] ?? fail('a key expected');
        at += found.length;
        keys.push(found);
      }
      blank();
      if (text[at] !== '.') return keys;
      at += 1;
    }
  }

  function readString(start: number): TomlValue {
    const quote = text[at] ?? '';
    const isLong = text.startsWith(quote.repeat(3), at);
    const open = isLong ? 3 : 1;
    let end = at + open;
    for (; ; end += 1) {
      if (end >= text.length || (!isLong && text[end] === '\n')) fail('a string without an end');
      if (quote === '"' && text[end] === '\\') end += 1;
      else if (isLong ? text.startsWith(quote.repeat(3), end) : text[end] === quote) break;
    }
    // Up to two quotes may stand before the closing three.
    if (isLong) for (let more = 0; more < 2 && text[end + 3] === quote; more += 1) end += 1;
    const inner = text.slice(at + open, end);
    at = end + open;
    const plain = quote === '"' ? unescaped(inner, isLong) : isLong ? inner.replace(/^\r?\n/, '') : inner;
    return { kind: 'plain', plain, start, end: at, elements: [] };
  }

  function readValue(path?: readonly Step[]): TomlValue {
    const start = at;
    const char = text[at];
    if (char === '"' || char === "'") return readString(start);
    if (char === '[') {
      at += 1;
      const elements: TomlValue[] = [];
      for (space(); text[at] !== ']'; space()) {
        elements.push(readValue(path === undefined ? undefined : [...path, elements.length]));
        space();
        if (text[at] === ',') at += 1;
        else if (text[at] !== ']') fail(', or ] expected');
      }
      at += 1;
      return { kind: 'list', start, end: at, elements };
    }
    if (char === '{') {
      at += 1;
      for (space(); text[at] !== '}'; space()) {
        readEntry(path ?? [], null);
        space();
        if (text[at] === ',') at += 1;
        else if (text[at] !== '}') fail(', or } expected');
      }
      at += 1;
      return { kind: 'inline', start, end: at, elements: [] };
    }
    const word = /[^\s,#\]}=][^,#\]}\r\n]*/y;
    word.lastIndex = at;
    const found = word.exec(text)?.[0].trimEnd() ?? fail('a value expected');
    at += found.length;
    return { kind: 'plain', plain: plainOf(found), start, end: at, elements: [] };
  }

  function readEntry(base: readonly Step[], of: TomlSection | null): void {
    const start = at;
    const path = [...base, ...readKey()];
    expectChar('=');
    blank();
    // A place of its own before what is inside it.
    const index = entries.length;
    const value = readValue(path);
    entries.splice(index, 0, { path, start, valueStart: value.start, valueEnd: value.end, value, section: of });
    if (of !== null) of.bodyEnd = lineEnd(text, value.end);
  }

  for (space(); at < text.length; space()) {
    if (text[at] !== '[') readEntry(section.path, section);
    else {
      const start = at;
      const isList = text.startsWith('[[', at);
      at += isList ? 2 : 1;
      const keys = readKey();
      expectChar(']');
      if (isList) expectChar(']');
      const path = placeOf(keys, lengths, isList);
      const headEnd = lineEnd(text, at);
      section = { path, kind: isList ? 'list' : 'table', start, headEnd, bodyEnd: headEnd };
      sections.push(section);
    }
    blank();
    if (at < text.length && !/[\r\n#]/.test(text[at] ?? '')) fail('the end of the line expected');
  }
  return { sections, entries };
}

/** A header below a list of tables means the last one of the list. */
function placeOf(keys: readonly string[], lengths: Map<string, number>, isList: boolean): readonly Step[] {
  const path: Step[] = [];
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const name = JSON.stringify(path);
    const length = lengths.get(name);
    if (isList && index === keys.length - 1) {
      lengths.set(name, (length ?? 0) + 1);
      path.push(length ?? 0);
    } else if (length !== undefined) path.push(length - 1);
  }
  return path;
}

function plainOf(word: string): EditValue {
  if (word === 'true' || word === 'false') return word === 'true';
  const isWhole = /^(?:[+-]?(?:0|[1-9][\d_]*)|0x[\dA-Fa-f_]+|0o[0-7_]+|0b[01_]+)$/.test(word);
  const number = Number(word.replaceAll('_', ''));
  return isWhole && Number.isSafeInteger(number) ? number : { toml: word };
}

const escapes: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001B' };

function unescaped(inner: string, isLong: boolean): string {
  const body = isLong ? inner.replace(/^\r?\n/, '').replaceAll(/\\[ \t]*\r?\n\s*/g, '') : inner;
  return body.replaceAll(
    /\\(?:u(?<u>[0-9a-fA-F]{4})|U(?<long>[0-9a-fA-F]{8})|x(?<x>[0-9a-fA-F]{2})|(?<one>[^]))/g,
    (...match) => {
      const { u, long, x, one = '' } = match.at(-1) as Readonly<Record<string, string | undefined>>;
      const code = u ?? long ?? x;
      if (code === undefined) return escapes[one] ?? one;
      const point = Number.parseInt(code, 16);
      return point > 0x10_ff_ff ? '' : String.fromCodePoint(point);
    },
  );
}
