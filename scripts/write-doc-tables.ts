/** `npm run docs:tables`: writes the tables of settings and rules into their pages. */
import { readFileSync, writeFileSync } from 'node:fs';
import { docTables, withTable } from './doc-tables.ts';

for (const table of docTables) {
  const page = new URL(`../${table.page}`, import.meta.url);
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), table));
}
