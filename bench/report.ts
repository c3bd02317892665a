/** The bench's table in Markdown, and its place in the docs. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './figures.ts';

const begin = '<!-- bench:begin (written by `npm run bench -- --write`) -->';
const end = '<!-- bench:end -->';

function digits(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

function ratio(value: number, yardstick: number): string {
  return Number.isNaN(value) || yardstick <= 0 ? '–' : `${(value / yardstick).toFixed(2)}×`;
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
  const lines = [head, head.map((name) => (/^(pipe|dispatch|Crossfeed|×)/.test(name) ? '---:' : '---')), ...cells];
  return lines.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

/** Puts `text` between the two marks in `file`, and leaves the rest of the page as people wrote it. */
export function writeBetweenMarks(file: string, text: string): void {
  const page = readFileSync(file, 'utf8');
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`${file} has no bench marks`);
  writeFileSync(file, `${page.slice(0, from + begin.length)}\n\n${text}\n\n${page.slice(to)}`);
}
