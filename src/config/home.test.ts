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

test.skipIf(process.platform === 'win32').each([
  ['others can write to it', 0o777, undefined],
  ['the group can write to it', 0o770, 'config.jsonc'],
  ['it holds what is not ours and others can read it', 0o755, '.bashrc'],
])('is refused and left as it is where %s', async (_why, mode, file) => {
  const home = folderWith(mode, file);
  await expect(ensureHome(home)).rejects.toMatchObject({ code: 'not_private', path: home });
  expect(modeOf(home)).toBe(mode);
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
