/** Reads the user's config file and says exactly where it is wrong. */
import { parseTree, findNodeAtLocation, getNodeValue, printParseErrorCode } from 'jsonc-parser';
import type { Node, ParseError } from 'jsonc-parser';
import { ConfigError } from './config-error.ts';
import type { ConfigPath } from './config-path.ts';
import { configPaths, fields, isConfigPath } from './fields.ts';
import { configFileSchema } from './schema.ts';
import { unknownKey } from './unknown-key.ts';

export interface ConfigFile {
  /** What the file sets, as it stands there: checked, not yet brought into one form. */
  readonly values: ReadonlyMap<ConfigPath, unknown>;
  readonly warnings: readonly string[];
}

/** Comments and trailing commas are allowed, and a byte order mark; an empty file sets nothing. Throws `ConfigError`. */
export function parseConfigFile(source: string, file: string): ConfigFile {
  const content = source.startsWith('\uFEFF') ? source.slice(1) : source;
  const at = (offset: number) => `${file}:${lineAndColumn(content, offset)}`;
  const errors: ParseError[] = [];
  const root = parseTree(content, errors, { allowTrailingComma: true, allowEmptyContent: true });
  const [first] = errors;
  if (first !== undefined) {
    throw new ConfigError([`${at(first.offset)}: ${spelledOut(printParseErrorCode(first.error))} in the JSON.`]);
  }
  if (root === undefined) return { values: new Map(), warnings: [] };
  const checked = configFileSchema.safeParse(getNodeValue(root));
  if (!checked.success) {
    const [problem, ...more] = checked.error.issues.flatMap((issue) => problemsOf(issue, root, at));
    if (problem !== undefined) throw new ConfigError([problem, ...more]);
  }
  return { values: valuesOf(root), warnings: repeatedKeys(root).map((key) => repeatedKeyWarning(key, at)) };
}

/** The part of a zod issue that is needed here. */
interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly keys?: readonly string[];
}

function problemsOf(issue: Issue, root: Node, at: (offset: number) => string): readonly string[] {
  const path = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part));
  if (issue.code === 'unrecognized_keys') {
    return (issue.keys ?? []).map((key) => {
      const property = findNodeAtLocation(root, [...path, key])?.parent;
      return `${at(property?.offset ?? root.offset)}: ${unknownKey([...path, key].join('.'))}`;
    });
  }
  const node = findNodeAtLocation(root, path) ?? root;
  // An issue inside a list belongs to the setting that holds the list.
  const length = path.findIndex((_part, index) => isConfigPath(path.slice(0, index + 1).join('.'))) + 1;
  const name = path.slice(0, length || undefined).join('.');
  if (!isConfigPath(name)) {
    return [`${at(node.offset)}: ${name === '' ? 'the file' : name} is not an object; allowed is { … }.`];
  }
  const parsed = fields[name].parse(getNodeValue(findNodeAtLocation(root, path.slice(0, length)) ?? node));
  // A list in a variable may be written as text, in the file it may not: the field takes what the schema refuses.
  const problem = parsed.ok ? 'the value has the wrong type' : parsed.problem;
  return [`${at(node.offset)}: ${name}: ${problem}; allowed is ${fields[name].allowed}.`];
}

function valuesOf(root: Node): ReadonlyMap<ConfigPath, unknown> {
  const values = new Map<ConfigPath, unknown>();
  for (const path of configPaths) {
    const node = findLast(root, path.split('.'));
    if (node !== undefined) values.set(path, getNodeValue(node));
  }
  return values;
}

/** Like `JSON.parse`, the last of a repeated key counts; `findNodeAtLocation` finds the first. */
function findLast(root: Node, path: readonly string[]): Node | undefined {
  let node: Node | undefined = root;
  for (const key of path) {
    node = node?.children?.findLast((property) => property.children?.[0]?.value === key)?.children?.[1];
  }
  return node;
}

function repeatedKeys(node: Node): readonly Node[] {
  const seen = new Set<unknown>();
  const repeated: Node[] = [];
  for (const child of node.children ?? []) {
    const key = node.type === 'object' ? child.children?.[0] : undefined;
    if (key !== undefined && seen.size === seen.add(key.value).size) repeated.push(key);
    repeated.push(...repeatedKeys(child));
  }
  return repeated;
}

function repeatedKeyWarning(key: Node, at: (offset: number) => string): string {
  return `${at(key.offset)}: "${String(key.value)}" stands here a second time; only the last one counts.`;
}

function lineAndColumn(content: string, offset: number): string {
  const before = content.slice(0, offset);
  return `${before.split('\n').length}:${offset - before.lastIndexOf('\n')}`;
}

/** `CommaExpected` → `comma expected`. */
function spelledOut(code: string): string {
  return code.replace(/(?!^)([A-Z])/g, ' $1').toLowerCase();
}
