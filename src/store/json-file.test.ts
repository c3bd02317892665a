/** Small files on a disk that fails. */
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';

test('what was written is read again, and only the owner may', async () => {
  const path = join(temporaryFolder(), 'a.json');
  await writeJsonFile(path, { a: [1, 'ü'] }, { mode: 0o600 });
  await writeJsonFile(path, { a: [2] }, { mode: 0o600 });
  expect(await readJsonFile(path)).toEqual({ a: [2] });
  expect(statSync(path).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
});

test.each([
  ['is missing', undefined, 'missing'],
  ['is empty', '', 'torn'],
  ['is cut off', '{"token": "gho_sec', 'torn'],
  ['is something else', 'token: gho_sec', 'torn'],
])('a file that %s is named', async (_what, content, code) => {
  const path = join(temporaryFolder(), 'a.json');
  if (content !== undefined) writeFileSync(path, content);
  const failure = await readJsonFile(path).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, path });
  // A secret in the broken text reaches neither message nor cause.
  expect(JSON.stringify([(failure as Error).message, String((failure as Error).cause)])).not.toContain('gho_sec');
});

test('a folder in its place cannot be read, cannot be replaced, and nothing is left beside it', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.json');
  mkdirSync(join(path, 'inside'), { recursive: true });
  await expect(readJsonFile(path)).rejects.toMatchObject({ code: 'unreadable' });
  await expect(writeJsonFile(path, 1, { mode: 0o600 })).rejects.toThrow(/EISDIR|ENOTEMPTY|EPERM|EEXIST/);
  expect(readdirSync(folder)).toEqual(['a.json']);
});

test('a value that is not JSON leaves the old file', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.json');
  await writeJsonFile(path, 'old', { mode: 0o600 });
  await expect(writeJsonFile(path, 1n, { mode: 0o600 })).rejects.toThrow(TypeError);
  expect(readdirSync(folder)).toEqual(['a.json']);
  expect(await readJsonFile(path)).toBe('old');
});

test('a writer that is killed at any moment leaves a whole file', async () => {
  const path = join(temporaryFolder(), 'a.json');
  const long = (letter: string) => letter.repeat(200_000);
  await writeJsonFile(path, long('a'), { mode: 0o600 });
  const code = `
    const { workerData } = require('node:worker_threads');
    (async () => {
      const { writeJsonFile } = await import(workerData.module);
      for (let i = 0; ; i++) await writeJsonFile(workerData.path, (i % 2 ? 'a' : 'b').repeat(200000), { mode: 0o600 });
    })();`;
  const worker = new Worker(code, {
    eval: true,
    workerData: { module: new URL('json-file.ts', import.meta.url).href, path },
  });
  const seen = new Set<unknown>();
  // Torn text would be thrown by the read. Both values are seen once the writer is at work.
  for (let reads = 0; reads < 200 || seen.size < 2; reads++) seen.add(await readJsonFile(path));
  await worker.terminate();
  seen.add(await readJsonFile(path));
  expect(seen).toEqual(new Set([long('a'), long('b')]));
});

test('writers at the same time do not mix', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.json');
  const values = Array.from({ length: 20 }, (_, index) => ({ index, filler: String(index).repeat(10_000) }));
  await Promise.all(values.map((value) => writeJsonFile(path, value, { mode: 0o600 })));
  expect(values).toContainEqual(JSON.parse(readFileSync(path, 'utf8')));
  expect(readdirSync(folder)).toEqual(['a.json']);
});
