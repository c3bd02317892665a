/** Accounts and caller keys: durable, seen by other processes, and never a secret in the file. */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { sampleAccount } from '../../test/support/sample-account.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import type { NewKey } from './caller-key-store.ts';
import { keyState } from './caller-key-store.ts';
import { openStore } from './open-store.ts';

const newPath = () => join(temporaryFolder(), 'crossfeed.db');
const digestOf = (key: string) => createHash('sha256').update(key).digest('hex');

async function open(path = ':memory:') {
  const clock = createFakeClock();
  const faults: Error[] = [];
  const store = await openStore({ path, clock, onFault: (fault) => faults.push(fault) });
  onTestFinished(() => store.close());
  return { store, clock, faults };
}

const keyFor = (key: string, more: Partial<NewKey> = {}): NewKey => ({
  label: 'laptop',
  accountName: 'octo',
  models: null,
  project: null,
  expiresAt: null,
  digest: digestOf(key),
  ...more,
});

test('an account is there after the next start, and a second login under its name replaces it', async () => {
  const path = newPath();
  const { store } = await open(path);
  store.accounts.add(sampleAccount);
  store.accounts.add({ ...sampleAccount, tokenKind: 'gho_', source: 'stdin' });
  store.close();
  const later = await open(path);
  expect(later.store.accounts.list()).toEqual([{ ...sampleAccount, tokenKind: 'gho_', source: 'stdin' }]);
});

test('the default is what was chosen, else the oldest, and never one that is gone', async () => {
  const { accounts } = (await open()).store;
  expect(accounts.defaultName()).toBeNull();
  accounts.add(sampleAccount);
  accounts.add({ ...sampleAccount, name: 'work', login: null, createdAt: sampleAccount.createdAt + 1 });
  expect(accounts.defaultName()).toBe('octo');
  expect(accounts.setDefault('work')).toBe(true);
  expect(accounts.setDefault('nobody')).toBe(false);
  expect(accounts.defaultName()).toBe('work');
  expect(accounts.remove('work')).toBe(true);
  expect(accounts.remove('work')).toBe(false);
  expect(accounts.defaultName()).toBe('octo');
});

test('a second login keeps the account the default', async () => {
  const { accounts } = (await open()).store;
  accounts.add(sampleAccount);
  accounts.add({ ...sampleAccount, name: 'work', createdAt: sampleAccount.createdAt + 1 });
  accounts.setDefault('work');
  accounts.add({ ...sampleAccount, name: 'work', createdAt: sampleAccount.createdAt + 9 });
  expect(accounts.defaultName()).toBe('work');
});

test('a key is found by its digest with all that was said of it, until it is revoked or expires', async () => {
  const { store, clock } = await open(newPath());
  const { callerKeys } = store;
  const added = callerKeys.add(
    keyFor('secret-1', {
      models: ['gpt-5'],
      project: 'site',
      expiresAt: clock.now() + 1000,
      aliases: { fast: ['gpt-5', 'opus'] },
      contextTier: 'long',
    }),
  );
  expect(added.id).toMatch(/^key-[0-9a-f]{10}$/);
  expect(callerKeys.findByDigest(digestOf('secret-1'))).toEqual(added);
  expect(callerKeys.findByDigest(digestOf('secret-2'))).toBeUndefined();
  expect(keyState(added, clock)).toBe('valid');
  clock.advance(1000);
  expect(keyState(added, clock)).toBe('expired');
  expect(callerKeys.revoke(added.id)).toBe(true);
  expect(callerKeys.revoke(added.id)).toBe(false);
  expect(callerKeys.revoke('key-unknown')).toBe(false);
  const found = callerKeys.findByDigest(digestOf('secret-1'));
  expect(found && keyState(found, clock)).toBe('revoked');
});

test.each(['{', '[]', '{"fast":"x"}', 'null'])('aliases that cannot be read, %s, are none', async (stored) => {
  const path = newPath();
  const { store } = await open(path);
  store.callerKeys.add(keyFor('secret-1', { aliases: { fast: ['a'] } }));
  const database = new DatabaseSync(path);
  database.prepare('update caller_key set aliases = ?').run(stored);
  database.close();
  store.callerKeys.reload();
  expect(store.callerKeys.list()[0]?.aliases).toEqual({});
});

test('a key is given to another account', async () => {
  const { callerKeys } = (await open()).store;
  const { id } = callerKeys.add(keyFor('secret-1'));
  expect(callerKeys.rebind(id, 'work')).toBe(true);
  expect(callerKeys.rebind('key-unknown', 'work')).toBe(false);
  expect(callerKeys.list().map((key) => key.accountName)).toEqual(['work']);
});

test('what another process does is seen within 5 s, and at once after reload', async () => {
  const path = newPath();
  const server = await open(path);
  const cli = await open(path);
  const digest = digestOf('secret-1');
  expect(server.store.callerKeys.findByDigest(digest)).toBeUndefined();
  const { id } = cli.store.callerKeys.add(keyFor('secret-1'));
  cli.store.accounts.add(sampleAccount);
  server.clock.advance(5000);
  expect(server.store.callerKeys.findByDigest(digest)?.revokedAt).toBeNull();
  expect(server.store.accounts.list()).toEqual([sampleAccount]);
  cli.store.callerKeys.revoke(id);
  expect(server.store.callerKeys.findByDigest(digest)?.revokedAt).toBeNull();
  server.store.reload();
  expect(server.store.callerKeys.findByDigest(digest)?.revokedAt).not.toBeNull();
});

test('the same key twice is refused and the first one stays', async () => {
  const { callerKeys } = (await open()).store;
  callerKeys.add(keyFor('secret-1'));
  expect(() => callerKeys.add(keyFor('secret-1', { label: 'other' }))).toThrow(/nothing was changed/);
  expect(callerKeys.list().map(({ label }) => label)).toEqual(['laptop']);
});

test('a use is remembered off the path, at most once a minute', async () => {
  const { store, clock } = await open(newPath());
  const { callerKeys } = store;
  const { id } = callerKeys.add(keyFor('secret-1'));
  const lastUsed = () => {
    store.reload();
    clock.advance(3000);
    callerKeys.reload();
    return callerKeys.list()[0]?.lastUsedAt;
  };
  const firstUse = clock.now();
  callerKeys.touch(id);
  expect(callerKeys.list()[0]?.lastUsedAt).toBeNull();
  clock.advance(0);
  expect(lastUsed()).toBe(firstUse);
  callerKeys.touch(id);
  expect(clock.timers).toBe(0);
  clock.advance(60_000);
  const secondUse = clock.now();
  callerKeys.touch(id);
  expect(lastUsed()).toBe(secondUse);
});

test('a login that cannot be stored is said, never only remembered', async () => {
  const { store, faults } = await open(join(temporaryFolder(), 'missing', 'crossfeed.db'));
  expect(faults).toHaveLength(1);
  expect(() => store.accounts.add(sampleAccount)).toThrow(/cannot be written.*nothing was changed/);
  expect(() => store.callerKeys.add(keyFor('secret-1'))).toThrow(/nothing was changed/);
  expect(store.accounts.list()).toEqual([]);
  expect(store.accounts.setDefault('octo')).toBe(false);
});

test('no key is in the files of the database', async () => {
  const path = newPath();
  const { store } = await open(path);
  store.callerKeys.add(keyFor('cf_marked-secret'));
  for (const name of readdirSync(dirname(path))) {
    expect(readFileSync(join(dirname(path), name)).includes('cf_marked-secret')).toBe(false);
  }
});
