/** Figures of a long form, for the script that writes them into `docs/reliability.md`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where `FIGURES_FOLDER` names no folder, a test only tests. */
export function keepFigures(name: string, figures: Readonly<Record<string, unknown>>): void {
  const folder = process.env['FIGURES_FOLDER'];
  if (folder !== undefined) writeFileSync(join(folder, `${name}.json`), JSON.stringify(figures));
}

/** How often a row of the world is played: `npm run world` is the long form. */
export function roundsOf(short: number, long: number): number {
  return process.env['WORLD'] === 'long' ? long : short;
}

/** One row of the world that nobody noticed so often. */
export function keepRow(id: string, what: string, rounds: number, figures = ''): void {
  keepFigures(id, { what, rounds, figures });
}

/** The value that so many per cent of `values` do not exceed. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? 0;
}
