/** Rows for a person (aligned) or for a pipe (tab-separated, no headings, nothing cut). */
import type { CliContext } from './cli-context.ts';

export interface TableOptions {
  readonly headings?: readonly string[];
}

export function writeTable(
  context: Pick<CliContext, 'stdout' | 'isTty'>,
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): void {
  const text = context.isTty.stdout ? alignedRows(rows, options.headings) : tabbedRows(rows);
  context.stdout.write(text);
}

function tabbedRows(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map((cell) => cell.replaceAll(/[\t\n]/g, ' ')).join('\t')}\n`).join('');
}

function alignedRows(rows: readonly (readonly string[])[], headings: readonly string[] = []): string {
  const all = headings.length > 0 ? [headings.map((heading) => heading.toUpperCase()), ...rows] : rows;
  const widths: number[] = [];
  for (const row of all) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return all
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

/** One JSON value, for `--json`. */
export function writeJson(context: Pick<CliContext, 'stdout'>, value: unknown): void {
  context.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
