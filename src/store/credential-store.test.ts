/** The default key: made once, private, never lost to a broken file. */
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openCredentialFile } from './credential-store.ts';

const keyOf = (letter: string) => `cf_${letter.repeat(43)}`;
const fail = () => {
  throw new Error('no new key was needed');
};

test('a key is made once and found by the next start', async () => {
  const home = join(temporaryFolder(), 'home');
  expect(await openCredentialFile(home).defaultKey(() => keyOf('a'))).toEqual({ key: keyOf('a'), created: true });
  expect(await openCredentialFile(home).defaultKey(fail)).toEqual({ key: keyOf('a'), created: false });
  expect(readdirSync(home)).toEqual(['credentials.json']);
  if (process.platform === 'win32') return;
  expect(statSync(home).mode & 0o777).toBe(0o700);
  expect(statSync(join(home, 'credentials.json')).mode & 0o777).toBe(0o600);
});

test('two that ask at once get the same key', async () => {
  const file = openCredentialFile(temporaryFolder());
  const [one, two] = await Promise.all([file.defaultKey(() => keyOf('a')), file.defaultKey(() => keyOf('b'))]);
  expect(one.key).toBe(two.key);
});

test.skipIf(process.platform === 'win32').each([0o644, 0o640, 0o604, 0o660])(
  'a file that others can read is refused and left as it is: %o',
  async (mode) => {
    const home = temporaryFolder();
    const path = join(home, 'credentials.json');
    writeFileSync(path, JSON.stringify({ version: 1, defaultKey: keyOf('a') }));
    chmodSync(path, mode);
    const failure = await openCredentialFile(home)
      .defaultKey(fail)
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'not_private', path });
    expect((failure as Error).message).not.toContain(keyOf('a'));
    expect(statSync(path).mode & 0o777).toBe(mode);
  },
);

test.each([
  ['cut off', '{"version":1,"defaultKey":"cf_aaa'],
  ['of another kind', '[]'],
  ['of a later form', '{"version":2}'],
  ['with a key that is none', '{"version":1,"defaultKey":"cf_short"}'],
])('a file that is %s is refused, never overwritten', async (_what, content) => {
  const home = temporaryFolder();
  const path = join(home, 'credentials.json');
  writeFileSync(path, content, { mode: 0o600 });
  await expect(openCredentialFile(home).defaultKey(fail)).rejects.toMatchObject({ code: 'torn' });
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test('what else is in the file stays', async () => {
  const home = temporaryFolder();
  const path = join(home, 'credentials.json');
  writeFileSync(path, '{"version":1,"accounts":[{"login":"me"}]}', { mode: 0o600 });
  await openCredentialFile(home).defaultKey(() => keyOf('a'));
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    version: 1,
    accounts: [{ login: 'me' }],
    defaultKey: keyOf('a'),
  });
});

test('a key of the wrong form is a fault of the program and is not stored', async () => {
  const home = temporaryFolder();
  await expect(openCredentialFile(home).defaultKey(() => 'cf_weak')).rejects.toThrow(TypeError);
  expect(readdirSync(home)).toEqual([]);
});

test.skipIf(process.platform !== 'linux')('a key that cannot be stored is said so, with what to do', async () => {
  await expect(openCredentialFile('/proc').defaultKey(() => keyOf('a'))).rejects.toMatchObject({
    code: 'unwritable',
    message: expect.stringContaining('set CROSSFEED_API_KEY') as string,
  });
});
