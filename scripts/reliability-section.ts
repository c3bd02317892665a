/** Sections of `docs/reliability.md` that a measurement writes: by its script, and never by hand. */
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';

const page = new URL('../docs/reliability.md', import.meta.url);

/** What was measured before. */
export function readSection(name: string): string {
  const [, rest = ''] = readFileSync(page, 'utf8').split(`<!-- ${name}: measured -->`);
  return rest.split(`<!-- end of ${name} -->`)[0] ?? '';
}

/** Puts what was measured between `<!-- name: measured -->` and `<!-- end of name -->`. */
export function writeSection(name: string, markdown: string): void {
  const begin = `<!-- ${name}: measured -->`;
  const end = `<!-- end of ${name} -->`;
  const [before, rest] = readFileSync(page, 'utf8').split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`docs/reliability.md must hold ${begin} and ${end}`);
  writeFileSync(page, `${before}${begin}\n\n${markdown.trim()}\n\n${end}${after}`);
}

/** When and where it was measured, as each section begins. */
export function measuredWith(command: string): string {
  const day = new Date().toISOString().slice(0, 10);
  return `Measured on ${day} by \`${command}\`, Node ${process.version}, ${os.availableParallelism()} cores.`;
}

export function figureTable(rows: readonly (readonly [what: string, figure: string | number])[]): string {
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const shown = rows.map(([what, figure]) => [
    what,
    typeof figure === 'number' ? figure.toLocaleString('en-US') : figure,
  ]);
  return ['| what | figure |', '| --- | ---: |', ...shown.map(line)].join('\n');
}
