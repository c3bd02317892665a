/** The home folder is the owner's alone. */
import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { ensureHome, folderHasModes, resolveHome } from './home.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

function folderWith(mode: number, file?: string): string {
  const home = join(temporaryFolder(), 'home');
  mkdirSync(home);
  if (file !== undefined) writeFileSync(join(home, file), '');
  chmodSync(home, mode);
  return home;
}

test.each([
  [{ CROSSFEED_HOME: '/elsewhere' }, '/elsewhere'],
  [{ CROSSFEED_HOME: '' }, join('/people/me', '.crossfeed')],
  [{}, join('/people/me', '.crossfeed')],
])('%o lies at %s', (env, home) => {
  expect(resolveHome(env, '/people/me')).toBe(home);
});

test('is made with all folders above it, for the owner alone', async () => {
  const home = join(temporaryFolder(), 'a', 'b');
  expect(await ensureHome(home)).toEqual([]);
  expect(modeOf(home)).toBe(0o700);
  expect(await ensureHome(home)).toEqual([]);
});

test.skipIf(process.platform === 'win32').each([undefined, 'config.jsonc', 'crossfeed.db-wal', 'credentials.json'])(
  'is tightened where a plain mkdir made it (it holds %s)',
  async (file) => {
    const home = folderWith(0o755, file);
    await ensureHome(home);
    expect(modeOf(home)).toBe(0o700);
  },
);

test.skipIf(process.platform === 'win32')('is refused where anybody can replace what is in it', async () => {
  const home = folderWith(0o777);
  await expect(ensureHome(home)).rejects.toMatchObject({ code: 'not_private', path: home });
  expect(modeOf(home)).toBe(0o777);
});

test.skipIf(process.platform === 'win32').each([
  ['holds what is not ours', 0o755, '.bashrc'],
  ['is a shared folder like the temp folder', 0o1777, 'theirs.txt'],
])('is used as it is, with a warning, where it %s', async (_why, mode, file) => {
  const home = folderWith(mode, file);
  expect(await ensureHome(home)).toEqual([expect.stringContaining('chmod 700')]);
  expect(statSync(home).mode & 0o7777).toBe(mode);
});

test('a file in its place is refused', async () => {
  const home = join(temporaryFolder(), 'home');
  writeFileSync(home, '');
  await expect(ensureHome(home)).rejects.toMatchObject({ code: 'not_a_folder' });
  await expect(ensureHome(join(home, 'below'))).rejects.toMatchObject({ code: 'not_a_folder' });
});

test('the probe for modes leaves nothing behind', async () => {
  const home = temporaryFolder();
  expect(await folderHasModes(home)).toBe(process.platform !== 'win32');
});

test.skipIf(process.platform !== 'linux')(
  'one that nothing can be written into is told of, not stumbled over',
  async () => {
    // Even root can make nothing there.
    expect(await ensureHome('/proc')).toEqual([expect.stringContaining('Other users can look into /proc')]);
    expect(await folderHasModes('/proc')).toBe(true);
  },
);
