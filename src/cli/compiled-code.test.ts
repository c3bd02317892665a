/** Tests of where compiled code may be kept: in a private home that is there, and for one version. */
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { keepCompiledCode } from './compiled-code.ts';

const uid = process.getuid?.();

/** The folders that Node was told to keep code in, below the home. */
function keptFor(home: string, env: Readonly<Record<string, string>> = {}, version = '1.2.3', owner = uid): string[] {
  const told: string[] = [];
  const enable = (folder: string) => void told.push(path.relative(home, folder));
  keepCompiledCode({ env: { CROSSFEED_HOME: home, ...env }, homedir: '/nowhere', version, uid: owner, enable });
  return told;
}

test('in a folder of the version, below a home that is there', () => {
  const home = temporaryFolder();
  expect(keptFor(home)).toEqual([path.join('compiled', '1.2.3')]);
});

test('a home that is not there is not made', () => {
  const home = path.join(temporaryFolder(), 'later');
  expect(keptFor(home)).toEqual([]);
  expect(existsSync(home)).toBe(false);
});

test.skipIf(uid === undefined)('not where others may look in or write, nor in the home of somebody else', () => {
  const home = temporaryFolder();
  expect(keptFor(home, {}, '1.2.3', uid! + 1)).toEqual([]);
  chmodSync(home, 0o770);
  expect(keptFor(home)).toEqual([]);
});

test.each([{ NODE_COMPILE_CACHE: '/elsewhere' }, { NODE_DISABLE_COMPILE_CACHE: '1' }])(
  '%j was decided by the user',
  (env) => {
    expect(keptFor(temporaryFolder(), env)).toEqual([]);
  },
);

test('what another version left goes, what this one left stays', () => {
  const home = temporaryFolder();
  const kept = path.join(home, 'compiled', '1.2.3', 'v24');
  mkdirSync(kept, { recursive: true });
  keptFor(home);
  expect(existsSync(kept)).toBe(true);
  keptFor(home, {}, '1.2.4');
  expect(readdirSync(home)).toEqual([]);
});

test('a fault of the file system is no fault of the start', () => {
  const throwing = () => {
    throw new Error('no space left');
  };
  const home = temporaryFolder();
  expect(() =>
    keepCompiledCode({ env: { CROSSFEED_HOME: home }, homedir: '/', version: '1', uid, enable: throwing }),
  ).not.toThrow();
});
