/** Leaves in `dist/types` what the public types need, and lets them import each other by the names of built files. */
import { readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const importedFile = /((?:from|import\()\s*['"])(\.{1,2}\/[^'"]+)\.ts(?=['"])/g;

/** The declaration files that `entries`, below `folder`, reach by relative imports. */
function reachable(folder: string, entries: readonly string[]): Set<string> {
  const found = new Set(entries.map((name) => join(folder, name)));
  // A set that grows is walked to its new end.
  for (const file of found)
    for (const [, , path = ''] of readFileSync(file, 'utf8').matchAll(importedFile))
      found.add(`${resolve(dirname(file), path)}.d.ts`);
  return found;
}

export function keepTypes(folder: string, entries: readonly string[]): void {
  const kept = reachable(folder, entries);
  const all = readdirSync(folder, { recursive: true, withFileTypes: true });
  for (const entry of all.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    if (kept.has(file)) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(importedFile, '$1$2.js'));
    else rmSync(file);
  }
  // The deepest first, so that a folder of empty folders is empty by its turn.
  const folders = all.filter((one) => one.isDirectory()).map((one) => join(one.parentPath, one.name));
  for (const one of folders.toSorted((a, b) => b.length - a.length)) if (readdirSync(one).length === 0) rmdirSync(one);
}
