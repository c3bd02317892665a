/** The page of settings against the settings: nothing missing, nothing stale. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingPaths, settingsTable, withSettings } from '../../scripts/config-docs.ts';
import { defaultConfig } from '../../src/config/config.ts';
import { variables } from '../../src/config/environment.ts';

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test.each(settingPaths(defaultConfig))('%s has its row', (path) => {
  expect(settingsTable()).toContain(`| \`${path}\` |`);
});

test('docs/configuration.md is what `npm run docs:config` writes', () => {
  expect(page).toBe(withSettings(page));
});

test.each([
  ...Object.keys(variables),
  'CROSSFEED_HOME',
  'CROSSFEED_API_KEY',
  'CROSSFEED_API_KEY_FILE',
  'CROSSFEED_GITHUB_TOKEN',
  'CROSSFEED_GITHUB_TOKEN_FILE',
])('the variable %s is described', (name) => {
  expect(page).toContain(`| \`${name}\` |`);
});

test('a page without its marks is refused', () => {
  expect(() => withSettings('# Settings\n')).toThrow(/must hold/);
});
