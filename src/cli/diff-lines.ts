/** What a change does to a file, line by line and without secrets: for a person who is asked to agree. */

/** Longer files are compared from both ends alone. */
const mostCells = 4_000_000;
/** A name that holds a secret, and its value; a reference to a variable is none, nor is a number. */
const secretMember =
  /(?<name>["']?[\w.-]*(?:key|token|secret|password|bearer)[\w.-]*["']?\s*[:=]\s*)(?!["']?(?:\$|\{|\[)|\d+\s*(?:[,}]|$))(?<value>"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s,}]+)/gi;

/** `- gone`, `+ come`, in order. `redact` takes out what it knows; values of secret names go as a whole. */
export function diffLines(before: string, after: string, redact: (line: string) => string): readonly string[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1;
  const rows = changed(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
  return rows.map(([sign, line]) => `${sign} ${shown(line, redact)}`);
}

function linesOf(text: string): readonly string[] {
  return text === ''
    ? []
    : text
        .replace(/^\uFEFF/, '')
        .replace(/\r?\n$/, '')
        .split(/\r?\n/);
}

type Row = readonly [sign: '-' | '+', line: string];

/** By the longest common run of lines. */
function changed(a: readonly string[], b: readonly string[]): readonly Row[] {
  if (a.length * b.length > mostCells)
    return [...a.map((line): Row => ['-', line]), ...b.map((line): Row => ['+', line])];
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const rows: Row[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) {
      rows.push(['-', a[i] ?? '']);
      i += 1;
    } else {
      rows.push(['+', b[j] ?? '']);
      j += 1;
    }
  }
  return rows;
}

/** The user's own former key may stand in a line that goes. */
function shown(line: string, redact: (line: string) => string): string {
  return redact(line.replaceAll(secretMember, '$<name>…'));
}
