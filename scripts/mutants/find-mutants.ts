/** Every change of one word of a source that a test ought to notice, found in its syntax tree. */
import { createHash } from 'node:crypto';
import { parseSync } from 'rolldown/utils';
import { reasonToSkip, type SyntaxNode } from './skipped-places.ts';

export interface Mutant {
  readonly file: string;
  readonly at: number;
  readonly was: string;
  readonly now: string;
  readonly line: number;
  /** The line as it stands, trimmed: what a person looks for. */
  readonly code: string;
}

export interface Found {
  readonly mutants: readonly Mutant[];
  /** How many places each rule left out. */
  readonly skipped: ReadonlyMap<string, number>;
}

interface Change {
  readonly at: number;
  readonly was: string;
  readonly now: string;
}

const operators: ReadonlyMap<string, string> = new Map([
  ['===', '!=='],
  ['!==', '==='],
  ['==', '!='],
  ['!=', '=='],
  ['<', '<='],
  ['<=', '<'],
  ['>', '>='],
  ['>=', '>'],
  ['&&', '||'],
  ['||', '&&'],
  ['+', '-'],
  ['-', '+'],
  ['*', '/'],
  ['/', '*'],
  ['+=', '-='],
  ['-=', '+='],
]);

const methods: ReadonlyMap<string, string> = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['startsWith', 'endsWith'],
  ['endsWith', 'startsWith'],
  ['toLowerCase', 'toUpperCase'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);

/** Joins texts: a minus there is another fault than anybody makes. */
const joinsText = ({ left, right }: SyntaxNode) => [left, right].some((side) => isText(side));
const isText = (side: unknown): boolean => {
  const { type, value, operator, left } = (side ?? {}) as SyntaxNode;
  if (type === 'BinaryExpression' && operator === '+') return isText(left);
  return type === 'TemplateLiteral' || (type === 'Literal' && typeof value === 'string');
};

function changeOf(node: SyntaxNode, text: string): Change | undefined {
  const { type, start, end } = node;
  const replace = (now: string | undefined, from = start, to = end) =>
    now === undefined ? undefined : { at: from, was: text.slice(from, to), now };
  switch (type) {
    case 'BinaryExpression':
    case 'LogicalExpression':
    case 'AssignmentExpression': {
      const { operator = '', left, right } = node;
      if (/^\+=?$/.test(operator) && joinsText(node)) return undefined;
      // Brackets and comments stand between as well; the operator is the last such word before the right side.
      const at = text.lastIndexOf(operator, (right as SyntaxNode).start - 1);
      return at < (left as SyntaxNode).end ? undefined : replace(operators.get(operator), at, at + operator.length);
    }
    case 'UnaryExpression':
      return node.operator === '!' ? replace('', start, start + 1) : undefined;
    case 'IfStatement': {
      const { test } = node as unknown as { readonly test: SyntaxNode };
      return replace('false', test.start, test.end);
    }
    case 'MemberExpression': {
      const { property } = node as unknown as { readonly property: SyntaxNode };
      return replace(methods.get(text.slice(property.start, property.end)), property.start, property.end);
    }
    case 'Literal': {
      if (typeof node.value === 'boolean') return replace(String(!node.value));
      return typeof node.value === 'number' ? replace(String(node.value + 1)) : undefined;
    }
    default:
      return undefined;
  }
}

export function mutantsOf(file: string, text: string): Found {
  const mutants: Mutant[] = [];
  const skipped = new Map<string, number>();

  function visit(node: SyntaxNode, above: readonly SyntaxNode[]): void {
    const change = changeOf(node, text);
    const reason = reasonToSkip(node, above, text);
    if (change !== undefined && reason !== undefined) skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
    if (change !== undefined && reason === undefined) {
      const line = text.slice(0, change.at).split('\n').length;
      mutants.push({ ...change, file, line, code: text.split('\n')[line - 1]?.trim() ?? '' });
    }
    const below = [node, ...above];
    for (const child of Object.values(node).flat()) if (isNode(child)) visit(child, below);
  }

  visit(parseSync(file, text).program, []);
  return { mutants, skipped };
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;

/** The same for the same seed, also where other lines have changed since. */
export function sample(all: readonly Mutant[], count: number, seed: string): readonly Mutant[] {
  const seen = new Map<string, number>();
  const ranked = all.map((mutant) => {
    const what = `${seed} ${mutant.file} ${mutant.code} ${mutant.was} ${mutant.now}`;
    const times = (seen.get(what) ?? 0) + 1;
    seen.set(what, times);
    return { mutant, rank: createHash('sha256').update(`${what} ${times}`).digest('hex') };
  });
  return ranked
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant);
}
