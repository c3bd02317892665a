/** What may go wrong in the middle of a connection: files are whole, and `disconnect` can go on. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openFiles, planFiles, takeFilesBack, writeFiles } from './connect-files.ts';
import { readRecord, recordFolder } from './connect-record.ts';
import type { FileEdit } from './tool-knowledge.ts';

const key = 'cf_the-key-of-this-test-0123456789';
const tool = 'claude-code';
const told = {
  key,
  tool,
  projectDir: null,
  url: 'http://127.0.0.1:4141',
  keyId: 'key-1',
  keyLabel: null,
  connectedAt: 1,
};

function rig() {
  const home = temporaryFolder();
  const crossfeedHome = join(home, '.crossfeed');
  const folder = recordFolder(crossfeedHome, tool, null);
  const edit = (name: string, value: string): FileEdit => ({
    file: join(home, name),
    format: 'json',
    changes: [{ op: 'set', path: ['url'], value }],
  });
  const connect = async (...edits: readonly FileEdit[]) =>
    writeFiles(await planFiles(edits, folder, await readRecord(folder)), { ...told, crossfeedHome });
  const read = (name: string) => readFileSync(join(home, name), 'utf8');
  return { home, crossfeedHome, folder, edit, connect, read };
}

/** Nothing can be written beside it: its own name is as long as a name may be. */
const unwritable = `${'n'.repeat(250)}.json`;

test('a second file that cannot be written: the first is as it was, no record and no copy stay', async () => {
  const { home, folder, edit, connect, read } = rig();
  writeFileSync(join(home, 'a.json'), '{"mine": 1}');
  writeFileSync(join(home, unwritable), '{}');
  const failed = connect(edit('a.json', 'x'), edit('new/b.json', 'x'), edit(unwritable, 'x'));
  await expect(failed).rejects.toMatchObject({ name: 'ConnectError', isHalfDone: false });
  expect(read('a.json')).toBe('{"mine": 1}');
  expect(existsSync(join(home, 'new'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});

test('a second connection that fails leaves the first one whole, and it can be ended', async () => {
  const { home, crossfeedHome, edit, connect, read } = rig();
  writeFileSync(join(home, 'a.json'), '{"mine": 1}');
  await connect(edit('a.json', 'x'));
  const first = read('a.json');
  writeFileSync(join(home, unwritable), '{}');
  await expect(connect(edit('a.json', 'y'), edit(unwritable, 'y'))).rejects.toThrow('cannot be written');
  expect(read('a.json')).toBe(first);
  const undone = await takeFilesBack(crossfeedHome, tool, null);
  expect(undone?.files.map(({ outcome }) => outcome)).toEqual(['restored']);
  expect(read('a.json')).toBe('{"mine": 1}');
});

test('a folder for copies that cannot be written is a sentence, and nothing is touched', async () => {
  const { home, crossfeedHome, edit, connect, read } = rig();
  writeFileSync(join(home, 'a.json'), '{}');
  mkdirSync(crossfeedHome);
  writeFileSync(join(crossfeedHome, 'connect'), 'in the way');
  await expect(connect(edit('a.json', 'x'))).rejects.toThrow(/cannot be (?:kept|read)|ENOTDIR/);
  expect(read('a.json')).toBe('{}');
});

test('killed between the record and the file of a second connection: what the first wrote is taken out', async () => {
  const { home, crossfeedHome, edit, connect, read } = rig();
  writeFileSync(join(home, 'a.json'), '{ "url": "mine" } // as I like it\n');
  await connect(edit('a.json', 'first'));
  const first = read('a.json');
  await connect(edit('a.json', 'second'));
  writeFileSync(join(home, 'a.json'), first);
  const undone = await takeFilesBack(crossfeedHome, tool, null);
  expect(undone?.files).toMatchObject([{ outcome: 'restored', kept: [] }]);
  expect(read('a.json')).toBe('{ "url": "mine" } // as I like it\n');
});

test('a file that a later plan does not want is restored, and its copy goes', async () => {
  const { home, folder, edit, connect, read } = rig();
  writeFileSync(join(home, 'a.json'), '{"a": 1}');
  writeFileSync(join(home, 'b.json'), '{"b": 1}');
  await connect(edit('a.json', 'x'), edit('b.json', 'x'));
  await connect(edit('a.json', 'x'));
  expect(read('b.json')).toBe('{"b": 1}');
  expect(readdirSync(folder).filter((name) => name.startsWith('before-'))).toHaveLength(1);
});

test.skipIf(process.platform === 'win32')('a pipe in place of a file is refused, not waited for', async () => {
  const { home, edit, connect } = rig();
  execFileSync('/bin/sh', ['-c', 'mkfifo "$0"', join(home, 'a.json')]);
  await expect(connect(edit('a.json', 'x'))).rejects.toThrow('is no file');
});

test('links in a circle are named as such', async () => {
  const { home, edit, connect } = rig();
  symlinkSync('a.json', join(home, 'a.json'));
  await expect(connect(edit('a.json', 'x'))).rejects.toThrow('is a link that leads nowhere');
});

test('a key in a file that others may read is told', async () => {
  const { home, folder, edit } = rig();
  for (const [name, mode] of [
    ['open.json', 0o644],
    ['closed.json', 0o600],
  ] as const)
    writeFileSync(join(home, name), '{}', { mode });
  const edits = [edit('open.json', key), edit('closed.json', key), edit('new.json', key)];
  expect(openFiles(await planFiles(edits, folder, undefined), key)).toEqual([join(home, 'open.json')]);
});

test.each([
  ['lost', null],
  ['somebody changed', '{"not": "mine"}'],
])('a copy that is %s: what was written is taken out all the same', async (_what, copy) => {
  const { home, crossfeedHome, folder, edit, connect, read } = rig();
  writeFileSync(join(home, 'a.json'), '{"a": 1}');
  await connect(edit('a.json', key));
  const backup = readdirSync(folder).find((name) => name.startsWith('before-')) ?? '';
  if (copy === null) rmSync(join(folder, backup));
  else writeFileSync(join(folder, backup), copy);
  const undone = await takeFilesBack(crossfeedHome, tool, null);
  expect(undone?.files).toMatchObject([{ outcome: 'edited', problem: null }]);
  expect(read('a.json')).toBe('{"a": 1}');
});

test('a file that the user deleted is not said to be as before', async () => {
  const { home, crossfeedHome, edit, connect } = rig();
  writeFileSync(join(home, 'a.json'), '{"a": 1}');
  await connect(edit('a.json', 'x'), edit('b.json', 'x'));
  for (const name of ['a.json', 'b.json']) rmSync(join(home, name));
  const undone = await takeFilesBack(crossfeedHome, tool, null);
  expect(undone?.files.map(({ outcome }) => outcome)).toEqual(['kept', 'removed']);
});

test('a record with holes is no record', async () => {
  const { folder } = rig();
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'record.json'), '{"version":1,"files":[]}');
  await expect(readRecord(folder)).rejects.toThrow('is no record of this version');
});
