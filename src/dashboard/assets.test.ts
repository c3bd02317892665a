/** What a browser may keep of the page: for ever only what is another file when it is another text. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readAssets } from './assets.ts';

test.each([
  ['index.html', '', 'no-store'],
  ['icon.svg', 'icon.svg', 'no-cache'],
  ['assets/index-BxY_3k-Z.js', 'assets/index-BxY_3k-Z.js', 'private, max-age=31536000, immutable'],
  ['assets/index-Dq0aZ12b.css', 'assets/index-Dq0aZ12b.css', 'private, max-age=31536000, immutable'],
  ['assets/plain.js', 'assets/plain.js', 'no-cache'],
])('%s is kept as it says: %s', async (file, name, cache) => {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'assets'));
  writeFileSync(path.join(folder, file), 'x');
  expect((await readAssets(folder)).get(name)?.headers['cache-control']).toBe(cache);
});
