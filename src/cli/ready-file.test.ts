/** The ready file appears whole, and is taken away by whoever wrote it. */
import { lstat, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { prepareReadyFile } from './ready-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'crossfeed-ready-'));
  file = path.join(folder, 'ready.json');
});
afterEach(() => rm(folder, { recursive: true }));

const address = { port: 4141, url: 'http://127.0.0.1:4141' };

test('what an earlier proxy left is gone before this one is ready', async () => {
  await writeFile(file, '{"pid":1}');
  const ready = await prepareReadyFile(file, 7);
  expect(await readdir(folder)).toEqual([]);
  await ready.write({ ...address });
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ pid: 7, ...address });
  expect(await readdir(folder)).toEqual(['ready.json']);
  await ready.remove();
  expect(await readdir(folder)).toEqual([]);
});

test("another proxy's file stays", async () => {
  const ready = await prepareReadyFile(file, 7);
  await ready.write(address);
  await writeFile(file, '{"pid":8}');
  await ready.remove();
  expect(await readFile(file, 'utf8')).toBe('{"pid":8}');
});

test.skipIf(process.platform === 'win32')(
  'a link laid beside it is not written through, and nobody else may write it',
  async () => {
    const victim = path.join(folder, 'victim');
    await writeFile(victim, 'mine');
    const ready = await prepareReadyFile(file, 7);
    await symlink(victim, `${file}.7.tmp`);
    await symlink(victim, file);
    await ready.write(address);
    expect(await readFile(victim, 'utf8')).toBe('mine');
    expect((await lstat(file)).mode & 0o777).toBe(0o644);
  },
);

test('a folder that is not there is a configuration error', async () => {
  const ready = await prepareReadyFile(path.join(folder, 'none', 'ready.json'), 7);
  await expect(ready.write(address)).rejects.toMatchObject({ exitCode: 78 });
  await expect(prepareReadyFile(folder, 7)).rejects.toMatchObject({ exitCode: 78 });
});
