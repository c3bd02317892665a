/** Runs the long form of a test of the second stage at low priority, and reads the figures that it kept. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { root } from './steps.ts';

export type Figures = Readonly<Record<string, number | string>>;

/** What `keepFigures` was told, by name; nothing of it where the test failed. */
export function runLongForm(test: string, env: Readonly<Record<string, string>>): ReadonlyMap<string, Figures> | null {
  os.setPriority(Math.max(10, os.getPriority()));
  const folder = mkdtempSync(join(os.tmpdir(), 'crossfeed-figures-'));
  try {
    const { status } = spawnSync('vitest', ['run', '--project', 'second', test], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...env, FIGURES_FOLDER: folder },
    });
    process.exitCode = status ?? 1;
    if (status !== 0) return null;
    const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Figures;
    return new Map(readdirSync(folder).map((file) => [file.replace(/\.json$/, ''), read(file)]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
