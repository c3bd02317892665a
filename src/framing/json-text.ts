/** JSON as text: measures a document before it is parsed, and edits single values without touching the bytes around them. */
import { closingQuote } from './json-literal.ts';
import { parseLatin1Json } from './latin1-json.ts';

/** What a document is made of, found without parsing it. Only meaningful for valid JSON; garbage gives any answer. */
export interface JsonMeasure {
  readonly depth: number;
  /** The most members of any one object. */
  readonly keys: number;
  /** Keys of the outermost object that stand there more than once. */
  readonly repeatedKeys: readonly string[];
}

const quote = 0x22;

/** The index after the string that opens at `at`; the text's length if it never closes. */
function stringEnd(text: string, at: number): number {
  const close = closingQuote(text, at);
  return close < 0 ? text.length : close + 1;
}

/** One pass over the text; stops early once `maxDepth` or `maxKeys` is passed, so hostile input costs little. */
export function measureJson(text: string, maxDepth: number, maxKeys: number): JsonMeasure {
  const keysAtDepth: number[] = [];
  const seen = new Set<string>();
  const repeated = new Set<string>();
  let depth = 0;
  let deepest = 0;
  let mostKeys = 0;
  let lastString = 0;
  let lastStringEnd = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case quote:
        lastString = at;
        lastStringEnd = stringEnd(text, at);
        at = lastStringEnd - 1;
        break;
      case 0x7b: // {
      case 0x5b: // [
        depth += 1;
        keysAtDepth[depth] = 0;
        if (depth > deepest) deepest = depth;
        if (depth > maxDepth) return { depth, keys: mostKeys, repeatedKeys: [...repeated] };
        break;
      case 0x7d: // }
      case 0x5d: // ]
        depth -= 1;
        break;
      case 0x3a: {
        // a colon outside a string ends a key
        const keys = (keysAtDepth[depth] ?? 0) + 1;
        keysAtDepth[depth] = keys;
        if (keys > mostKeys) mostKeys = keys;
        if (keys > maxKeys) return { depth: deepest, keys, repeatedKeys: [...repeated] };
        if (depth === 1) {
          const literal = text.slice(lastString, lastStringEnd);
          // An escape spells the same key in other letters.
          const key = literal.includes('\\') ? String(parseLatin1Json(literal)) : literal.slice(1, -1);
          if (seen.has(key)) repeated.add(key);
          seen.add(key);
        }
        break;
      }
    }
  }
  return { depth: deepest, keys: mostKeys, repeatedKeys: [...repeated] };
}

/** One change at a path of keys and indices. `rename` changes the last key and keeps the value's bytes. */
export type JsonEdit =
  | { readonly op: 'remove'; readonly path: readonly (string | number)[] }
  | { readonly op: 'set'; readonly path: readonly (string | number)[]; readonly value: unknown }
  | { readonly op: 'rename'; readonly path: readonly (string | number)[]; readonly to: string };

/** The edits below one value, by key or index. */
interface EditTree {
  edit?: JsonEdit;
  readonly children: Map<string | number, EditTree>;
}

function treeOf(edits: readonly JsonEdit[]): EditTree {
  const root: EditTree = { children: new Map() };
  for (const edit of edits) {
    let node = root;
    for (const step of edit.path) {
      let next = node.children.get(step);
      if (!next) node.children.set(step, (next = { children: new Map() }));
      node = next;
    }
    node.edit = edit;
  }
  return root;
}

/**
 * Applies `edits` to valid JSON in one pass; every byte no edit names stays as it was. A `set` on a missing key adds it
 * at the end of its object (making objects on the way), one behind the end of a list at its end; a `remove` of a missing
 * one changes nothing. Where a key stands twice,
 * edits name the last one (the one a parser keeps); `removeRepeats` drops the earlier ones of the outermost object.
 */
export function editJson(text: string, edits: readonly JsonEdit[], removeRepeats: readonly string[] = []): string {
  if (edits.length === 0 && removeRepeats.length === 0) return text;
  const start = skipSpace(text, 0);
  const end = valueEnd(text, start);
  return (
    text.slice(0, start) + rewrite(text.slice(start, end), treeOf(edits), new Set(removeRepeats)) + text.slice(end)
  );
}

/** The text of the last member of that name, byte for byte; undefined where `text`, valid JSON, is an object without it. */
export function memberText(text: string, key: string): string | undefined {
  const start = skipSpace(text, 0);
  if (text[start] !== '{') return undefined;
  const found = entriesOf(text.slice(start)).findLast((entry) => entry.key === key);
  return found && text.slice(start + found.valueStart, start + found.end);
}

const noRepeats: ReadonlySet<string> = new Set();

/** `text` is one value and nothing else. */
function rewrite(text: string, tree: EditTree, repeats: ReadonlySet<string>): string {
  const open = text[0];
  if (open !== '{' && open !== '[') return text;
  const entries = entriesOf(text);
  const lastOf = new Map(entries.map((entry, index) => [entry.key, index]));
  let out = open;
  let kept = 0;
  let from = 1;
  for (const [index, entry] of entries.entries()) {
    const last = lastOf.get(entry.key) === index;
    const child = last ? tree.children.get(entry.key) : undefined;
    const dropped = child?.edit?.op === 'remove' || (!last && repeats.has(String(entry.key)));
    if (!dropped) {
      // The separator that stood before this entry, unless everything before it was dropped.
      const lead = text.slice(from, entry.start);
      out += kept === 0 ? lead.replace(',', '') : lead;
      out += child ? rewriteEntry(text, entry, child) : text.slice(entry.start, entry.end);
      kept += 1;
    }
    from = entry.end;
  }
  for (const [key, child] of tree.children) {
    if (lastOf.has(key)) continue;
    const added = addedValue(child);
    if (added === undefined || (open === '[' && !(Number(key) >= entries.length))) continue;
    out += `${kept === 0 ? '' : ','}${open === '[' ? '' : `${JSON.stringify(key)}:`}${added}`;
    kept += 1;
  }
  return out + text.slice(from);
}

/** What a path that leads through nothing would have to create; objects on the way are made, arrays never. */
function addedValue(tree: EditTree): string | undefined {
  if (tree.edit) return tree.edit.op === 'set' ? JSON.stringify(tree.edit.value) : undefined;
  const members = [...tree.children].flatMap(([key, child]) => {
    const value = typeof key === 'string' ? addedValue(child) : undefined;
    return value === undefined ? [] : [`${JSON.stringify(key)}:${value}`];
  });
  return members.length === 0 ? undefined : `{${members.join(',')}}`;
}

function rewriteEntry(text: string, entry: Entry, child: EditTree): string {
  const { edit } = child;
  const key = text.slice(entry.start, entry.valueStart);
  if (edit?.op === 'set') return key + JSON.stringify(edit.value);
  const value = text.slice(entry.valueStart, entry.end);
  const edited = child.children.size === 0 ? value : rewrite(value, child, noRepeats);
  // The key may be spelled with escapes, so it is written anew; what stands between it and its value stays.
  if (edit?.op === 'rename') return JSON.stringify(edit.to) + key.slice(stringEnd(key, 0)) + edited;
  return key + edited;
}

/** A member of an object or an element of an array; `start` is where its key (or it itself) begins. */
interface Entry {
  readonly key: string | number;
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
}

function entriesOf(text: string): Entry[] {
  const entries: Entry[] = [];
  const isObject = text[0] === '{';
  let at = skipSpace(text, 1);
  while (at < text.length && text[at] !== '}' && text[at] !== ']') {
    const start = at;
    let key: string | number = entries.length;
    if (isObject) {
      const keyEnd = stringEnd(text, at);
      key = String(parseLatin1Json(text.slice(at, keyEnd)));
      at = skipSpace(text, skipSpace(text, keyEnd) + 1);
    }
    const end = valueEnd(text, at);
    entries.push({ key, start, valueStart: at, end });
    at = skipSpace(text, end);
    if (text[at] === ',') at = skipSpace(text, at + 1);
  }
  return entries;
}

/** The index after the value that begins at `at`. */
export function valueEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === quote) return stringEnd(text, at);
  if (first !== 0x7b && first !== 0x5b) {
    const scalarEnd = /[,\]}\s]|$/g;
    scalarEnd.lastIndex = at;
    return scalarEnd.exec(text)?.index ?? text.length;
  }
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    switch (text.charCodeAt(i)) {
      case quote:
        i = stringEnd(text, i) - 1;
        break;
      case 0x7b:
      case 0x5b:
        depth += 1;
        break;
      case 0x7d:
      case 0x5d:
        depth -= 1;
        if (depth === 0) return i + 1;
        break;
    }
  }
  return text.length;
}

export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return at;
}
