/** Places where a changed word is no fault that a test could notice: each rule with its reason. */

/** As much of a node of the syntax tree as the rules look at. */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly operator?: string;
  readonly value?: unknown;
  readonly left?: unknown;
  readonly right?: unknown;
}

interface Rule {
  readonly reason: string;
  /** `above`: the parent first. */
  readonly holds: (node: SyntaxNode, above: readonly SyntaxNode[], text: string) => boolean;
}

const source = ({ start, end }: SyntaxNode, text: string) => text.slice(start, end);

function calleeOf(node: SyntaxNode, text: string): string {
  const { callee } = node as { readonly callee?: SyntaxNode };
  return node.type === 'CallExpression' && callee !== undefined ? source(callee, text) : '';
}

/** `x as T`, `x!` and `x satisfies T` hold values; all else of TypeScript is gone at run time. */
const holdsValue = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

const rules: readonly Rule[] = [
  {
    reason: 'a type: nothing of it runs',
    holds: (node, above) => [node, ...above].some(({ type }) => type.startsWith('TS') && !holdsValue.has(type)),
  },
  {
    reason: 'what is logged: words for people',
    holds: (_node, above, text) =>
      above.some((over) => /^(?:\w+\??\.)*(?:log|logger|console)\??\.\w+$/.test(calleeOf(over, text))),
  },
  {
    reason: 'the text of an error that only a fault of ours can raise',
    holds: (_node, above, text) =>
      above.some((over) => over.type === 'NewExpression' && source(over, text).startsWith('new Error(')),
  },
  {
    reason: 'a number that a hash mixes with: another mixes as well',
    holds: (_node, above, text) => above.some((over) => calleeOf(over, text) === 'Math.imul'),
  },
  {
    reason: 'the default of an index that is in range: only the types ask for it',
    holds: (node, [over], text) => {
      if (over?.operator !== '??' || node.type !== 'Literal' || over.right !== node) return false;
      return /\[(?:\w+ [-+] )?(?:\d+|i|at|index|place|end|from)(?: [-+] \d+)?\]$/.test(
        source(over.left as SyntaxNode, text),
      );
    },
  },
];

export function reasonToSkip(node: SyntaxNode, above: readonly SyntaxNode[], text: string): string | undefined {
  return rules.find(({ holds }) => holds(node, above, text))?.reason;
}
