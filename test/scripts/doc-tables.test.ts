/** The pages with tables against the sources: nothing missing, nothing stale. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { docTables, settingPaths, withTable } from '../../scripts/doc-tables.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { variables } from '../../src/config/environment.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const configuration = read('docs/configuration.md');

test.each(docTables)('$page has the $name that `npm run docs:tables` writes', (table) => {
  const text = read(table.page);
  expect(withTable(text, table)).toBe(text);
});

test.each(settingPaths(defaultConfig))('the setting %s has its row', (path) => {
  expect(configuration).toContain(`| \`${path}\` |`);
});

test.each([
  ...Object.keys(variables),
  'CROSSFEED_HOME',
  'CROSSFEED_API_KEY',
  'CROSSFEED_API_KEY_FILE',
  'CROSSFEED_GITHUB_TOKEN',
  'CROSSFEED_GITHUB_TOKEN_FILE',
])('the variable %s is described', (name) => {
  expect(configuration).toMatch(new RegExp(`\`${name}\` \\|`));
});

const rulesInSources = ['src/gateway', 'src/upstream/copilot'].flatMap((folder) =>
  readdirSync(new URL(`../../${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .flatMap((name) => [...read(`${folder}/${name}`).matchAll(/\b(?:rule|name): '([a-z]+(?:-[a-z]+)+)'/g)])
    .map((match) => match[1] ?? ''),
);

test.each([...new Set(rulesInSources)])('the rule %s is on the page of edits', (rule) => {
  expect(read('docs/protocols/edits.md')).toContain(`| \`${rule}\` |`);
});

test('a stale table is written anew, and what stands around it is kept', () => {
  const table = { page: 'x.md', name: 'things', markdown: () => '| new |' };
  const page = '# A\n<!-- things: written by `npm run docs:tables` -->\n\n| old |\n\n<!-- end of things -->\nZ\n';
  expect(withTable(page, table)).toBe(page.replace('old', 'new'));
  expect(() => withTable('# A\n', table)).toThrow(/x\.md must hold/);
});
