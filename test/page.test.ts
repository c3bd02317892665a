/** The dashboard's page as it is built: small, whole, and fit for a policy that allows nothing from elsewhere. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import { scanSource } from './architecture/source-scan.ts';

const web = fileURLToPath(new URL('../web/', import.meta.url));
const most = 80 * 1024;

let files: ReadonlyMap<string, string>;

beforeAll(async () => {
  const built = await build({ configFile: join(web, 'vite.config.ts'), build: { write: false }, logLevel: 'silent' });
  const output = Array.isArray(built) ? built.flatMap(({ output }) => output) : 'output' in built ? built.output : [];
  files = new Map(output.map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]));
});

test('a first visit takes at most 80 kB, compressed', () => {
  const sizes = [...files.values()].map((text) => gzipSync(text).length);
  expect(sizes.length).toBeGreaterThanOrEqual(3);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(most);
});

test('the page has no script, style or listener of its own in it: the policy would refuse them', () => {
  const page = files.get('index.html') ?? '';
  expect(page).toMatch(/<script type="module"[^>]* src="\/ui\/assets\//);
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
});

test('nothing is loaded from anywhere else, and no code is made of text', () => {
  const texts = [...files.values()].join('\n');
  const hosts = [...texts.matchAll(/\b(?:https?:)?\/\/([\w-]+(?:\.[\w-]+)+)/g)].map(([, host]) => host);
  // The name of a markup language is no address.
  expect(hosts.filter((host) => host !== 'www.w3.org')).toEqual([]);
  expect(texts).not.toMatch(/\beval\(|new Function\(|@import|@font-face/);
});

const sources = readdirSync(join(web, 'src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  /\.tsx?$/.test(name),
);

test.each(sources)('%s knows of the proxy its words alone, and of its other rooms types', (name) => {
  const text = readFileSync(join(web, 'src', name), 'utf8');
  const { imports } = scanSource(name, text);
  const ofProxy = imports.filter(({ specifier }) => /\/src\/[a-z]+\//.test(specifier));
  const values = ofProxy.filter(({ typeOnly }) => !typeOnly);
  expect(values.filter(({ specifier }) => !/\/src\/(canonical|errors)\//.test(specifier))).toEqual([]);
  expect(text).toMatch(/^\/\*\* .+ \*\/\n/);
  expect(text.split('\n').length).toBeLessThanOrEqual(250);
});
