/** The journal by the file system. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { journalModeFor } from './journal-mode.ts';
import { openDatabase } from './open-database.ts';

test.each([
  ['ext4', 0xef53, 'wal'],
  ['tmpfs', 0x01021994, 'wal'],
  ['NFS', 0x6969, 'delete'],
  ['CIFS', 0xff534d42, 'delete'],
  ['CIFS, as a signed number', 0xff534d42 | 0, 'delete'],
  ['a Windows drive under WSL', 0x01021997, 'delete'],
  ['sshfs', 0x65735546, 'delete'],
  ['a system that does not say', 0, 'wal'],
] as const)('on %s', (_what, type, mode) => {
  expect(journalModeFor('/home/me/.crossfeed/crossfeed.db', () => type)).toBe(mode);
});

test('a folder that is not there is no reason to fail', () => {
  expect(journalModeFor('/nonexistent/folder/crossfeed.db')).toBe('wal');
});

test.each(['wal', 'delete'] as const)('a database that was opened with another journal is %s afterwards', (mode) => {
  const path = join(temporaryFolder(), 'crossfeed.db');
  openDatabase(path, 1, mode === 'wal' ? 'delete' : 'wal').database.close();
  const { database } = openDatabase(path, 2, mode);
  onTestFinished(() => database.close());
  expect(new DatabaseSync(path).prepare('pragma journal_mode').get()).toEqual({ journal_mode: mode });
});
