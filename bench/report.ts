/** The bench's table in Markdown, and its place in the docs. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './figures.ts';

/** The tables of the page, by the name in their marks. */
export type TableName = 'bench' | 'translated' | 'spend';

export function digits(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export function ratio(value: number, yardstick: number): string {
  return Number.isNaN(value) || !(yardstick > 0) ? '–' : `${(value / yardstick).toFixed(2)}×`;
}

function verdict({ crossfeed, bound }: Row): string {
  if (bound === null || Number.isNaN(crossfeed)) return '';
  return crossfeed <= bound ? 'met' : `missed (${digits(bound)})`;
}

export function markdownTable(rows: readonly Row[]): string {
  const head = ['figure', 'unit', 'pipe', 'dispatch', 'Crossfeed', '× pipe', '× dispatch', 'lane', 'target', 'result'];
  const cells = rows.map((row) => [
    row.figure,
    row.unit,
    digits(row.pipe),
    digits(row.dispatch),
    digits(row.crossfeed),
    ratio(row.crossfeed, row.pipe),
    ratio(row.crossfeed, row.dispatch),
    row.lane,
    row.target,
    verdict(row),
  ]);
  return markdownRows(head, cells, (name) => /^(pipe|dispatch|Crossfeed|×)/.test(name));
}

export function markdownRows(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  isNumber: (column: string) => boolean,
): string {
  const lines = [head, head.map((name) => (isNumber(name) ? '---:' : '---')), ...rows];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Puts `text` between the two marks of `table` in `file`, and leaves the rest of the page as people wrote it. */
export function writeBetweenMarks(file: string, table: TableName, text: string): void {
  const begin = `<!-- ${table}:begin (written by \`npm run bench -- --write\`) -->`;
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(`<!-- ${table}:end -->`);
  if (from === -1 || to < from) throw new Error(`${file} has no marks of the table ${table}`);
  writeFileSync(file, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
