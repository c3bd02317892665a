/** Changing a user's file without touching what the user wrote. */
import { mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { setConfigValue, unsetConfigValue } from './edit-config.ts';
import { loadConfig } from './load-config.ts';

const read = (home: string) => readFileSync(join(home, 'config.jsonc'), 'utf8');
const load = async (home: string) => (await loadConfig({ home, env: {}, flags: {} })).config;

test('makes the file with its schema beside it, private', async () => {
  const home = join(temporaryFolder(), 'new');
  await setConfigValue(home, 'server.port', 4242);
  expect(read(home)).toBe('{\n  "$schema": "./config.schema.json",\n  "server": {\n    "port": 4242\n  }\n}\n');
  expect((await load(home)).server.port).toBe(4242);
  expect(readdirSync(home).sort()).toEqual(['config.jsonc', 'config.schema.json']);
  expect(statSync(join(home, 'config.jsonc')).mode & 0o777).toBe(0o600);
});

const source =
  '// mine\r\n{\r\n  "server": { "port": 1 /* why */ }, // here\r\n  "log": { "level": "warn", },\r\n}\r\n';

test('keeps every comment and the line ends', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'config.jsonc'), source);
  await setConfigValue(home, 'server.port', '2');
  expect(read(home)).toBe(source.replace('"port": 1', '"port": 2'));
  await setConfigValue(home, 'upstream.allowedHosts', 'a.example,b.example');
  expect((await load(home)).upstream.allowedHosts).toEqual(['a.example', 'b.example']);
  expect(read(home)).toContain('/* why */');
  expect(read(home)).not.toMatch(/[^\r]\n/);
});

test('takes one setting out, and one that is not there or not known', async () => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'config.jsonc'), '{ "server": { "port": 1, "host": "::1" }, "old": 1 } // end\n');
  await unsetConfigValue(home, 'server.port');
  await unsetConfigValue(home, 'log.file');
  await unsetConfigValue(home, 'old');
  expect((await load(home)).server).toMatchObject({ host: '::1', port: 4141 });
  expect(read(home)).toContain('// end');
});

test.each(['// only a comment\n', '\n', '{}'])('writes into a file that sets nothing: %j', async (before) => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'config.jsonc'), before);
  await unsetConfigValue(home, 'log.format');
  await setConfigValue(home, 'log.format', 'json');
  expect((await load(home)).log.format).toBe('json');
  expect(read(home)).toContain(before.startsWith('//') ? before.trim() : '{');
});

test('without a file there is nothing to take out, and none is made', async () => {
  const home = temporaryFolder();
  await unsetConfigValue(home, 'server.port');
  expect(readdirSync(home)).toEqual([]);
});

test('a linked file stays linked', async () => {
  const folder = temporaryFolder();
  const home = join(folder, 'home');
  mkdirSync(home, { mode: 0o700 });
  writeFileSync(join(folder, 'dotfile'), '{}');
  symlinkSync(join(folder, 'dotfile'), join(home, 'config.jsonc'));
  await setConfigValue(home, 'log.format', 'json');
  expect(readFileSync(join(folder, 'dotfile'), 'utf8')).toContain('"json"');
});

test.each([
  ['an unknown setting', '{}', 'server.prt', 1, /did you mean "server\.port"/],
  ['a wrong value', '{}', 'server.port', 'x', /^server\.port: "x" is not an integer; allowed is/],
  ['a broken file', '{ "server": ', 'server.port', 1, /is not valid JSON/],
  ['a section that is none', '{ "server": 5 }', 'server.port', 1, /does not fit into what is there/],
])('refuses %s and leaves the file alone', async (_what, before, path, value, message) => {
  const home = temporaryFolder();
  writeFileSync(join(home, 'config.jsonc'), before);
  await expect(setConfigValue(home, path, value)).rejects.toThrow(message);
  expect(read(home)).toBe(before);
});
