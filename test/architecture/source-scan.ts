/** Reads a TypeScript source just far enough to say what it imports and which words its code uses. */

export interface ImportEdge {
  readonly specifier: string;
  /** `import type` and `export type … from`: gone at run time. */
  readonly typeOnly: boolean;
  /** `import('…')`: loaded when the line runs. */
  readonly dynamic: boolean;
}

export interface ScannedSource {
  /** Path below the repository, with forward slashes, e.g. `src/base/clock.ts`. */
  readonly path: string;
  readonly imports: readonly ImportEdge[];
  /** The tokens of the code joined by spaces: no comment, and every literal shortened to its quotes. */
  readonly code: string;
  /** The text inside the `/** … *\/` that opens the file; undefined where something else opens it. */
  readonly opening: string | undefined;
  readonly lines: number;
}

interface Token {
  readonly kind: 'word' | 'mark' | 'string' | 'template' | 'regex';
  readonly text: string;
}

export function scanSource(path: string, source: string): ScannedSource {
  const tokens = tokensOf(source);
  return {
    path,
    imports: importsOf(tokens),
    code: tokens.map(({ kind, text }) => (kind === 'word' || kind === 'mark' ? text : "''")).join(' '),
    opening: /^(?:#!.*\n)?\/\*\*([\s\S]*?)\*\//
      .exec(source)?.[1]
      ?.replaceAll(/^\s*\*/gm, '')
      .trim(),
    lines: source.split('\n').length - (source.endsWith('\n') ? 1 : 0),
  };
}

/** After these a slash begins a regular expression; after any other word, `)`, `]` or `}` it divides. */
const wordsBeforeRegex = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'do',
  'else',
  'void',
  'delete',
  'await',
  'yield',
]);

const trivia = /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#![^\n]*/y;
const word = /[\p{ID_Start}$_#@0-9][\p{ID_Continue}$\u200c\u200d]*/uy;
const string = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const templateChunk = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;

function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  /** For every open `${`, how many braces are open inside it. */
  const templates: number[] = [];
  let at = 0;

  function match(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(source)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  /** Reads the literal part of a template up to its end or to the next `${`. */
  function readTemplate(): void {
    const text = match(templateChunk) ?? '';
    const ended = source[at] === '`';
    at += ended ? 1 : 2;
    tokens.push({ kind: 'template', text });
    if (!ended) templates.push(0);
  }

  while (at < source.length) {
    if (match(trivia) !== undefined) continue;
    const name = match(word);
    if (name !== undefined) {
      tokens.push({ kind: 'word', text: name });
      continue;
    }
    const quoted = match(string);
    if (quoted !== undefined) {
      tokens.push({ kind: 'string', text: quoted.slice(1, -1) });
      continue;
    }
    const char = source.charAt(at);
    if (char === '/' && regexMayFollow(tokens.at(-1)) && match(regex) !== undefined) {
      tokens.push({ kind: 'regex', text: '' });
      continue;
    }
    at += 1;
    const depth = templates.at(-1);
    if (char === '`') readTemplate();
    else if (char === '}' && depth === 0) {
      templates.pop();
      readTemplate();
    } else {
      if (depth !== undefined && char === '{') templates[templates.length - 1] = depth + 1;
      if (depth !== undefined && char === '}') templates[templates.length - 1] = depth - 1;
      tokens.push({ kind: 'mark', text: char });
    }
  }
  return tokens;
}

function regexMayFollow(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === 'word') return wordsBeforeRegex.has(before.text);
  return before.kind === 'mark' && !')]}'.includes(before.text);
}

function importsOf(tokens: readonly Token[]): ImportEdge[] {
  const edges: ImportEdge[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word' || tokens[index - 1]?.text === '.') continue;
    const next = tokens[index + 1];
    const afterNext = tokens[index + 2];
    if (token.text === 'import' && next?.text === '(' && afterNext?.kind !== 'mark') {
      edges.push({ specifier: afterNext?.text ?? '', typeOnly: isTypePosition(tokens, index), dynamic: true });
    } else if (token.text === 'import' && next?.kind === 'string') {
      edges.push({ specifier: next.text, typeOnly: false, dynamic: false });
    } else if (token.text === 'from' && next?.kind === 'string') {
      const start = tokens.findLastIndex(
        ({ kind, text }, place) => place < index && kind === 'word' && (text === 'import' || text === 'export'),
      );
      const typeOnly = tokens[start + 1]?.text === 'type' && start + 2 !== index;
      if (start >= 0) edges.push({ specifier: next.text, typeOnly, dynamic: false });
    }
  }
  return edges;
}

/** `x: import('y').Z` and `typeof import('y')` name a type; `await import('y')` loads a module. */
function isTypePosition(tokens: readonly Token[], index: number): boolean {
  const before = tokens[index - 1]?.text;
  return before === 'typeof' || before === ':' || before === '<' || before === '|';
}
