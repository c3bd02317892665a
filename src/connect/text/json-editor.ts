/** JSON and JSONC: values are put and dropped between comments, trailing commas and whatever form the user likes. */
import { getNodeValue, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { EditProblem, eolOf, lineEnd, lineStart, placeIn, splice } from './text-editor.ts';
import type { NewValue, Step, TextEditor } from './text-editor.ts';

export const jsonEditor: TextEditor = {
  read: (text) => valueOf(parse(text)),
  source(text, path) {
    const node = find(parse(text), path);
    return node === undefined ? undefined : text.slice(node.offset, endOf(node));
  },
  put(text, path, value) {
    const root = parse(text);
    if (root === undefined) {
      const eol = eolOf(text);
      const gap = text === '' || text.endsWith('\n') ? '' : eol;
      return jsonEditor.put(`${text}${gap}{}${eol}`, path, value);
    }
    const there = find(root, path);
    if (there !== undefined) {
      return splice(text, there.offset, endOf(there), literal(text, there, value));
    }
    let depth = path.length - 1;
    while (find(root, path.slice(0, depth)) === undefined) depth -= 1;
    const parent = find(root, path.slice(0, depth)) ?? root;
    const [step, ...rest] = path.slice(depth);
    if (parent.type !== (typeof step === 'number' ? 'array' : 'object')) {
      throw new EditProblem(
        `${path.slice(0, depth).join('.') || 'the file'} is not what it must be to hold ${String(step)} (${placeIn(text, parent.offset)})`,
      );
    }
    return insert(text, parent, step ?? '', 'source' in value && rest.length === 0 ? value : nested(rest, value));
  },
  drop(text, path) {
    const node = find(parse(text), path);
    const member = node?.parent?.type === 'property' ? node.parent : node;
    return member?.parent === undefined ? text : take(text, member, member.parent);
  },
};

/** The last text: a change reads the same one several times, and histories of tools grow to megabytes. */
let lastParsed: { readonly text: string; readonly root: Node | undefined } | null = null;

function parse(text: string): Node | undefined {
  if (lastParsed?.text !== text) lastParsed = { text, root: parseNew(text) };
  return lastParsed.root;
}

function parseNew(text: string): Node | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined)
    throw new EditProblem(`not valid JSON at ${placeIn(text, first.offset)} (${printParseErrorCode(first.error)})`);
  return root;
}

function valueOf(node: Node | undefined): unknown {
  return node === undefined ? undefined : (getNodeValue(node) as unknown);
}

/** Of a key that stands twice the last one counts, as for every parser. */
function find(root: Node | undefined, path: readonly Step[]): Node | undefined {
  let node = root;
  for (const step of path) {
    if (typeof step === 'number') node = node?.type === 'array' ? node.children?.[step] : undefined;
    else {
      const members: readonly Node[] = node?.type === 'object' ? (node.children ?? []) : [];
      node = members.findLast(({ children }) => children?.[0]?.value === step)?.children?.[1];
    }
  }
  return node;
}

function endOf({ offset, length }: Node): number {
  return offset + length;
}

/** `a.b` on the way to a value; what stood in a file goes as the value it was. */
function nested(rest: readonly Step[], value: NewValue): NewValue {
  if (rest.length === 0) return value;
  const inner = 'value' in value ? value.value : (valueOf(parse(value.source)) as never);
  return { value: rest.reduceRight<typeof inner>((held, step) => ({ [String(step)]: held }), inner) };
}

function literal(text: string, parent: Node, value: NewValue): string {
  if ('source' in value) return value.source;
  const inLine = text.slice(parent.offset, endOf(parent));
  if (!text.includes('\n') || (parent.children?.length && !inLine.includes('\n'))) return JSON.stringify(value.value);
  return pretty(text, value, indentAt(text, parent.offset));
}

function pretty(text: string, value: NewValue, indent: string): string {
  if ('source' in value) return value.source;
  return JSON.stringify(value.value, null, unitOf(text)).replaceAll('\n', eolOf(text) + indent);
}

function unitOf(text: string): string {
  return /^(?<unit>[ \t]+)["}\]{[]/m.exec(text)?.groups?.['unit'] ?? '  ';
}

/** The white space that the line of `offset` begins with. */
function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? '';
}

function insert(text: string, parent: Node, step: Step, value: NewValue): string {
  const head = typeof step === 'number' ? '' : `${JSON.stringify(step)}: `;
  const children = parent.children ?? [];
  const isOneLine = !text.slice(parent.offset, endOf(parent)).includes('\n');
  const isWholeFile = text.trim().length === parent.length;
  const isCompact = isOneLine && (children.length > 0 || !(text.trimEnd().includes('\n') || isWholeFile));
  const compact = 'source' in value ? value.source : JSON.stringify(value.value);
  const last = children.at(-1);
  if (last === undefined) {
    const close = endOf(parent) - 1;
    if (isCompact) return splice(text, close, close, head + compact);
    const outer = indentAt(text, parent.offset);
    const indent = outer + unitOf(text);
    const eol = eolOf(text);
    const start = spaceBefore(text, close);
    const lead = text[start - 1] === '\n' ? '' : eol;
    return splice(text, start, close, `${lead}${indent}${head}${pretty(text, value, indent)}${eol}${outer}`);
  }
  const end = endOf(last);
  const comma = commaAfter(text, end);
  const after = comma === undefined ? end : comma + 1;
  const tail = comma === undefined ? '' : ',';
  const at = isOneLine ? after : behindLine(text, after);
  const isAlone = spaceBefore(text, last.offset) === lineStart(text, last.offset);
  const indent = isAlone ? indentAt(text, last.offset) : indentAt(text, parent.offset) + unitOf(text);
  const member = isOneLine ? ` ${head}${compact}` : `${eolOf(text)}${indent}${head}${pretty(text, value, indent)}`;
  const added = splice(text, at, at, member + tail);
  return comma === undefined ? splice(added, end, end, ',') : added;
}

function take(text: string, member: Node, parent: Node): string {
  const siblings = parent.children ?? [];
  const end = endOf(member);
  const comma = commaAfter(text, end);
  const isAlone = spaceBefore(text, member.offset) === lineStart(text, member.offset);
  if (comma !== undefined) {
    const behind = lineEnd(text, comma);
    if (isAlone && text.slice(end, comma).trim() === '' && text.slice(comma + 1, behind).trim() === '') {
      return splice(text, lineStart(text, member.offset), behind, '');
    }
    const space = text[comma + 1] === ' ' && text[comma + 2] !== '/' ? 1 : 0;
    return splice(splice(text, comma, comma + 1 + space, ''), member.offset, end, '');
  }
  const before = siblings[siblings.indexOf(member) - 1];
  let start = spaceBefore(text, member.offset);
  if (isAlone && /^[ \t]*\r?\n/.test(text.slice(end)) && start > 0) {
    start -= text.startsWith('\r\n', start - 2) ? 2 : 1;
  } else if (isAlone) start = member.offset;
  const without = splice(text, start, end, '');
  const lone = before === undefined ? undefined : commaAfter(text, endOf(before));
  return lone === undefined ? without : splice(without, lone, lone + 1, '');
}

/** The start of the spaces that end at `offset`. */
function spaceBefore(text: string, offset: number): number {
  let at = offset;
  while (text[at - 1] === ' ' || text[at - 1] === '\t') at -= 1;
  return at;
}

/** The comma behind a value and its comments. */
function commaAfter(text: string, offset: number): number | undefined {
  const trivia = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
  trivia.lastIndex = offset;
  trivia.test(text);
  return text[trivia.lastIndex] === ',' ? trivia.lastIndex : undefined;
}

/** Behind the comments of the line, where nothing else follows them: they belong to what stands there. */
function behindLine(text: string, offset: number): number {
  const rest = /(?:[ \t]|\/\*(?:(?!\*\/)[^\n])*\*\/)*(?:\/\/[^\r\n]*)?(?=\r?\n)/y;
  rest.lastIndex = offset;
  return rest.test(text) ? rest.lastIndex : offset;
}
