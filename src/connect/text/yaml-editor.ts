/** YAML: values are put as one line of flow style, which every reader of YAML knows, and nothing else moves. */
import { isAlias, isCollection, isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Document, Node, Pair } from 'yaml';
import { EditProblem, eolOf, lineEnd, lineStart, placeIn, splice } from './text-editor.ts';
import type { Step, TextEditor } from './text-editor.ts';

export const yamlEditor: TextEditor = {
  read: (text) => valueOf(parse(text)),
  source(text, path) {
    const node = find(parse(text), path);
    return node === undefined ? undefined : text.slice(startOf(node), textEnd(text, node));
  },
  put(text, path, value) {
    const document = parse(text);
    const there = find(document, path);
    const source = 'source' in value ? value.source : JSON.stringify(value.value);
    if (isNothing(there)) return filled(text, there, source);
    if (there !== undefined) return splice(text, startOf(there), textEnd(text, there), source);
    let depth = path.length - 1;
    while (depth > 0 && find(document, path.slice(0, depth)) === undefined) depth -= 1;
    const parent = depth === 0 ? document.contents : find(document, path.slice(0, depth));
    const [step = '', ...rest] = path.slice(depth);
    const inner = rest.reduceRight<string>((held, key) => `{ ${keyText(key)}: ${held} }`, source);
    const added = typeof step === 'number' ? inner : `${keyText(step)}: ${inner}`;
    if (depth === 0 && (parent === null || isNothing(parent))) return atEnd(text, added);
    if (isNothing(parent)) return filled(text, parent, typeof step === 'number' ? `[${inner}]` : `{ ${added} }`);
    if (!isCollection(parent) || isSeq(parent) !== (typeof step === 'number')) {
      const wanted = typeof step === 'number' ? 'list' : 'map';
      throw new EditProblem(`${path.slice(0, depth).join('.') || 'the file'} is no ${wanted}`);
    }
    return bestOf(candidates(text, parent, added, depth === 0), valueOf(document), path);
  },
  drop(text, path) {
    const document = parse(text);
    const parent = path.length === 1 ? document.contents : find(document, path.slice(0, -1));
    const node = find(document, path);
    if (node === undefined || !isCollection(parent)) return text;
    return without(text, parent, path.at(-1) ?? '', node);
  },
};

function parse(text: string): Document.Parsed {
  const document = parseDocument(text, { keepSourceTokens: true, prettyErrors: false });
  const [first] = document.errors;
  if (first !== undefined)
    throw new EditProblem(`not valid YAML at ${placeIn(text, first.pos[0])} (${first.code}: ${first.message})`);
  return document;
}

function valueOf(document: Document.Parsed): unknown {
  const value: unknown = document.toJS();
  return value ?? undefined;
}

function find(document: Document.Parsed, path: readonly Step[]): Node | undefined {
  let node: unknown = document.contents;
  for (const step of path) {
    if (isAlias(node)) throw new EditProblem(`${path.join('.')} lies behind a YAML alias: edit it by hand`);
    if (isMap(node)) node = pairOf(node.items, step)?.value;
    else if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return (node ?? undefined) as Node | undefined;
}

function pairOf(items: readonly Pair[], step: Step): Pair | undefined {
  return items.find(({ key }) => (isScalar(key) ? key.value : key) === step);
}

function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** A value in block style ends with the line break behind it, which is not its own. */
function endOf(node: Node): number {
  return node.range?.[1] ?? 0;
}

/** Without the line break: the next line is somebody else's. */
function textEnd(text: string, node: Node): number {
  return startOf(node) + text.slice(startOf(node), endOf(node)).trimEnd().length;
}

function isNothing(node: unknown): node is Node {
  return isScalar(node) && (node.value === null || node.value === undefined) && (node.source ?? '') === '';
}

/** A key without a value, given one. */
function filled(text: string, hole: Node, flow: string): string {
  const at = startOf(hole);
  const lead = /\s/.test(text[at - 1] ?? '\n') ? '' : ' ';
  const tail = /\s/.test(text[at] ?? '\n') ? '' : ' ';
  return splice(text, at, endOf(hole), `${lead}${flow}${tail}`);
}

function keyText(step: Step): string {
  return /^[A-Za-z_][\w-]*$/.test(String(step)) && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(String(step))
    ? String(step)
    : JSON.stringify(String(step));
}

function atEnd(text: string, added: string): string {
  const eol = eolOf(text);
  return `${text}${text === '' || text.endsWith('\n') ? '' : eol}${added}${eol}`;
}

/** Ways to add a member, the nicest first. */
function* candidates(text: string, parent: Node, added: string, isRoot: boolean): Generator<string> {
  const eol = eolOf(text);
  const isFlow = text[startOf(parent)] === '{' || text[startOf(parent)] === '[';
  const end = endOf(parent);
  if (isFlow) {
    const inner = text.slice(startOf(parent) + 1, end - 1);
    if (inner.trim() === '') yield splice(text, startOf(parent) + 1, end - 1, ` ${added} `);
    const tail = /(?:,)?(?:\s|#[^\n]*)*$/.exec(inner);
    const at = startOf(parent) + 1 + (tail?.index ?? inner.length);
    yield splice(text, at, at, `, ${added}`);
    yield splice(text, startOf(parent) + 1, startOf(parent) + 1, `${added}, `);
    return;
  }
  const indent = ' '.repeat(startOf(parent) - lineStart(text, startOf(parent)));
  const line = `${indent}${isSeq(parent) ? '- ' : ''}${added}`;
  const last = lastEnd(parent);
  const behind = text[last - 1] === '\n' ? last : lineEnd(text, last);
  if (text[behind - 1] === '\n') yield splice(text, behind, behind, `${line}${eol}`);
  else yield splice(text, behind, behind, `${eol}${line}`);
  if (isRoot) yield atEnd(text, line);
  yield splice(text, startOf(parent), startOf(parent), `${line.trimStart()}${eol}${indent}`);
}

/** Where the deepest last value ends, without the comments behind it. */
function lastEnd(node: Node): number {
  if (!isCollection(node) || node.flow) return endOf(node);
  const last: unknown = node.items.at(-1);
  const inner = isMap(node) ? ((last as Pair | undefined)?.value ?? (last as Pair | undefined)?.key) : last;
  return inner === undefined || inner === null ? endOf(node) : lastEnd(inner as Node);
}

/** The first that says what was there and the new member; which one that is depends on what stands around it. */
function bestOf(texts: Iterable<string>, before: unknown, path: readonly Step[]): string {
  let last = '';
  for (const text of texts) {
    last = text;
    const document = parseDocument(text, { prettyErrors: false });
    if (document.errors.length > 0 || find(document, path) === undefined) continue;
    const value = document.deleteIn(path) ? (document.toJS() as unknown) : undefined;
    if (JSON.stringify(pruned(value)) === JSON.stringify(pruned(before))) return text;
  }
  if (last === '') throw new EditProblem(`${path.join('.')} has no place there`);
  return last;
}

/** Without empty maps, which a dropped member may leave. */
function pruned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value ?? null;
  if (Array.isArray(value)) return value.map(pruned);
  const members = Object.entries(value).map(([key, held]) => [key, pruned(held)] as const);
  return Object.fromEntries(members.filter(([, held]) => JSON.stringify(held) !== '{}'));
}

function without(text: string, parent: Node, step: Step, node: Node): string {
  const isFlow = text[startOf(parent)] === '{' || text[startOf(parent)] === '[';
  const key = isMap(parent) ? (pairOf(parent.items, step)?.key as Node | undefined) : undefined;
  const start = key === undefined ? startOf(node) : startOf(key);
  const end = endOf(node);
  if (isFlow) {
    const before = /,\s*$/.exec(text.slice(0, start));
    if (before !== null) return splice(text, before.index, end, '');
    return splice(text, start, end + (/^\s*,\s*/.exec(text.slice(end))?.[0].length ?? 0), '');
  }
  const behind = text[end - 1] === '\n' ? end : lineEnd(text, end);
  const isOnly = isCollection(parent) && parent.items.length === 1;
  if (isOnly) {
    // An empty block collection cannot be written: an empty one in flow style says the same.
    const own = isSeq(parent) ? start - (/-[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0) : start;
    return splice(text, own, end, isSeq(parent) ? '[]' : '{}');
  }
  const comment = text.slice(end, behind).trim();
  const line = lineStart(text, start);
  const head = text.slice(line, start);
  if (comment !== '' && !text.slice(start, end).endsWith('\n')) {
    return splice(text, isSeq(parent) ? line + head.length - (/-[ \t]*$/.exec(head)?.[0].length ?? 0) : start, end, '');
  }
  // The first key of a list's item stands behind its dash: the next key comes there.
  if (!isSeq(parent) && head.trim() !== '') {
    const next = /^[ \t]*/.exec(text.slice(behind))?.[0].length ?? 0;
    return splice(text, start, behind + next, '');
  }
  if (behind === text.length && !text.endsWith('\n') && line > 0) {
    return splice(text, text.startsWith('\r\n', line - 2) ? line - 2 : line - 1, behind, '');
  }
  return splice(text, line, behind, '');
}
