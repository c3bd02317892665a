/** The bench's table in Markdown, and its place in the docs. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Row } from './figures.ts';
import { peerNames, peers } from './peers/peers.ts';

/** The tables of the page, by the name in their marks. */
export type TableName = 'bench' | 'peers' | 'translated' | 'spend' | 'history' | 'session' | 'footprint';

export function digits(value: number): string {
  if (Number.isNaN(value)) return '–';
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}

export function ratio(value: number, yardstick: number): string {
  return Number.isNaN(value) || !(yardstick > 0) ? '–' : `${(value / yardstick).toFixed(2)}×`;
}

function verdict(crossfeed: number, bound: number | null): string {
  if (bound === null || Number.isNaN(bound) || Number.isNaN(crossfeed)) return '';
  return crossfeed <= bound ? 'met' : `missed (${digits(bound)})`;
}

const yardsticks = ['pipe', 'dispatch', 'nginx'] as const;

/** Crossfeed beside the yardsticks, and what it should reach. */
export function markdownTable(rows: readonly Row[]): string {
  const ratios = yardsticks.map((name) => `× ${name}`);
  const head = ['figure', 'unit', ...yardsticks, 'Crossfeed', ...ratios, 'lane', 'target', 'result'];
  const cells = rows.map(({ figure, unit, figures, lane, target, bound }) => {
    const crossfeed = figures.crossfeed ?? Number.NaN;
    const beside = yardsticks.map((name) => figures[name] ?? Number.NaN);
    const ratioCells = beside.map((value) => ratio(crossfeed, value));
    return [
      figure,
      unit,
      ...[...beside, crossfeed].map(digits),
      ...ratioCells,
      lane,
      target,
      verdict(crossfeed, bound),
    ];
  });
  return markdownRows(head, cells, (name) => !['figure', 'unit', 'lane', 'target', 'result'].includes(name));
}

/** Crossfeed beside other programs that do its work: what each took, and what Crossfeed took of that. */
export function peerTable(rows: readonly Row[]): string {
  const names = peerNames.filter((name) => name !== 'nginx' && rows.some(({ figures }) => name in figures));
  const head = ['figure', 'unit', 'Crossfeed', ...names.map((name) => peers[name].title)];
  const cells = rows
    .filter(({ figures }) => names.some((name) => name in figures))
    .map(({ figure, unit, figures: { crossfeed = Number.NaN, ...figures } }) => [
      figure,
      unit,
      digits(crossfeed),
      ...names.map((name) => {
        const value = figures[name] ?? Number.NaN;
        return Number.isNaN(value) ? '–' : `${digits(value)} (${ratio(crossfeed, value)})`;
      }),
    ]);
  return markdownRows(head, cells, (name) => !['figure', 'unit'].includes(name));
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
