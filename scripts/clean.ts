/** Removes the folders named on the command line, which must lie inside the checkout. */
import { rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { root } from './steps.ts';

for (const name of process.argv.slice(2)) {
  const below = relative(root, resolve(root, name));
  if (below === '' || below.startsWith('..')) throw new Error(`${name} is not a folder inside the checkout`);
  rmSync(resolve(root, below), { recursive: true, force: true });
}
