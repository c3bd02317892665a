/** The lock between processes: one at a time, and a dead holder is not waited for. */
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openCredentialFile } from '../store/credential-store.ts';
import { withFileLock } from './file-lock.ts';

const newPath = () => join(temporaryFolder(), 'credentials.lock');

test('one at a time, and the lock is gone after it, also after a failure', async () => {
  const path = newPath();
  const clock = createFakeClock(Date.now());
  let inside = 0;
  const turn = async () => {
    inside += 1;
    expect(inside).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    inside -= 1;
  };
  await Promise.all([1, 2, 3].map(() => withFileLock(path, clock, turn)));
  await expect(withFileLock(path, clock, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(existsSync(path)).toBe(false);
});

test.each([
  ['long ago', 11],
  ['before the clock was set back', -11],
])('a lock that was left %s is taken over', async (_what, ageS) => {
  const path = newPath();
  const clock = createFakeClock();
  writeFileSync(path, '');
  const made = clock.now() / 1000 - ageS;
  utimesSync(path, made, made);
  expect(await withFileLock(path, clock, () => Promise.resolve('done'))).toBe('done');
});

test('a folder that cannot be written to is said at once', async () => {
  const path = join(newPath(), 'missing', 'lock');
  await expect(withFileLock(path, createFakeClock(), () => Promise.resolve())).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('two programs that store at once lose nothing', async () => {
  const home = temporaryFolder();
  const programs = ['a', 'b', 'c', 'd'].map((name) => ({ name, file: openCredentialFile(home) }));
  await Promise.all(programs.map(({ name, file }) => file.setSecret(name, `ghu_${name}`)));
  const file = openCredentialFile(home);
  for (const { name } of programs) expect(await file.secret(name)).toBe(`ghu_${name}`);
});
