/** Secrets at rest: in the keychain that answers, else in a private file; a keychain that hangs is given up. */
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { systemClock } from '../base/clock.ts';
import { createKeychain, KeychainError } from './keychain.ts';
import type { Keychain } from './keychain.ts';
import { openSecretStore } from './secret-store.ts';
import type { SecretStoreOptions } from './secret-store.ts';

const token = 'ghu_marked';

function memoryKeychain(): Keychain & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    ask: async (request) => {
      if (request.operation === 'set') kept.set(request.name, request.secret);
      if (request.operation === 'delete') kept.delete(request.name);
      return kept.get(request.name) ?? null;
    },
  };
}

const deaf: Keychain = { ask: () => Promise.reject(new KeychainError('the keychain is locked')) };
const forgetful: Keychain = { ask: () => Promise.resolve(null) };

function open(over: Partial<SecretStoreOptions> = {}) {
  const options: SecretStoreOptions = {
    home: temporaryFolder(),
    choice: 'auto',
    interactive: false,
    clock: createFakeClock(),
    env: {},
    keychain: deaf,
    ...over,
  };
  return openSecretStore(options);
}

test.each([
  ['a keychain that answers is taken', { keychain: memoryKeychain() }, 'keychain', null],
  ['one that is locked means the file, said once', {}, 'file', /because the keychain is locked\.$/],
  ['one that keeps nothing means the file', { keychain: forgetful }, 'file', /does not keep/],
  ['the file by choice needs no words', { choice: 'file' }, 'file', null],
  ['the keychain by choice is not proved again', { choice: 'keychain' }, 'keychain', null],
] as const)('%s', async (_what, over, kind, notice) => {
  const store = await open(over);
  expect(store.kind).toBe(kind);
  if (notice === null) expect(store.notice).toBeNull();
  else expect(store.notice).toMatch(notice);
});

test.each([
  ['the keychain', { keychain: memoryKeychain() }],
  ['the file', { choice: 'file' }],
] as const)('a secret in %s comes back, is replaced, and goes', async (_what, over) => {
  const store = await open(over);
  expect(await store.get('octo')).toBeNull();
  await store.set('octo', 'ghu_old');
  await store.set('octo', token);
  await store.set('__proto__', 'ghu_other');
  expect(await store.get('octo')).toBe(token);
  await store.delete('octo');
  await store.delete('octo');
  expect(await store.get('octo')).toBeNull();
  expect(await store.get('toString')).toBeNull();
});

test('a keychain by choice that does not answer fails: the token never lands in a file instead', async () => {
  const home = temporaryFolder();
  const store = await open({ home, choice: 'keychain' });
  await expect(store.set('octo', token)).rejects.toThrow(KeychainError);
  await expect((await open({ choice: 'keychain', keychain: forgetful })).set('octo', token)).rejects.toThrow(
    /not keep/,
  );
  expect(() => readFileSync(join(home, 'credentials.json'))).toThrow(/ENOENT/);
});

test('the proof leaves nothing in the keychain', async () => {
  const keychain = memoryKeychain();
  await open({ keychain });
  expect(keychain.kept.size).toBe(0);
});

test('tokens and the default key share the private file', async () => {
  const home = temporaryFolder();
  const key = `cf_${'a'.repeat(43)}`;
  const path = join(home, 'credentials.json');
  writeFileSync(path, JSON.stringify({ version: 1, defaultKey: key }), { mode: 0o600 });
  await (await open({ home })).set('octo', token);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ version: 1, defaultKey: key, secrets: { octo: token } });
  if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('two that store at once lose nothing', async () => {
  const store = await open();
  await Promise.all(['a', 'b', 'c'].map((name) => store.set(name, `ghu_${name}`)));
  expect(await Promise.all(['a', 'b', 'c'].map((name) => store.get(name)))).toEqual(['ghu_a', 'ghu_b', 'ghu_c']);
});

test.skipIf(process.platform === 'win32')('a file that others can read is neither read nor written', async () => {
  const home = temporaryFolder();
  const path = join(home, 'credentials.json');
  writeFileSync(path, JSON.stringify({ version: 1, secrets: { octo: token } }));
  chmodSync(path, 0o644);
  const store = await open({ home });
  for (const attempt of [store.get('octo'), store.set('octo', 'ghu_new'), store.delete('octo')]) {
    await expect(attempt).rejects.toMatchObject({ code: 'not_private' });
    await expect(attempt).rejects.not.toThrow(token);
  }
  expect(readFileSync(path, 'utf8')).toContain(token);
});

function childOf(source: string): URL {
  const file = join(temporaryFolder(), 'child.mjs');
  writeFileSync(file, source);
  return pathToFileURL(file);
}

const echo = `
import { readFileSync, writeSync } from 'node:fs';
const { secret } = JSON.parse(readFileSync(0, 'utf8'));
const leaked = JSON.stringify([process.argv, process.env]).includes(secret);
writeSync(1, JSON.stringify({ ok: true, secret: leaked ? 'leaked' : secret }));
`;

test('the child gets the secret by its standard input, not by what others can see', async () => {
  const keychain = createKeychain({ clock: systemClock, giveUpMs: 20_000, env: {}, program: childOf(echo) });
  expect(await keychain.ask({ operation: 'set', name: 'octo', secret: token })).toBe(token);
});

test('a child that hangs is ended when the time is over', async () => {
  const clock = createFakeClock();
  const program = childOf('setInterval(() => undefined, 1000);');
  const asked = createKeychain({ clock, giveUpMs: 3_000, env: {}, program }).ask({ operation: 'get', name: 'octo' });
  clock.advance(3_000);
  await expect(asked).rejects.toThrow('the keychain did not answer within 3 s');
  expect(clock.timers).toBe(0);
});

test.each([
  ['dies', 'process.abort();'],
  ['says something else', "process.stdout.write('hello');"],
  ['says nothing', ''],
])('a child that %s is a keychain that cannot be asked', async (_what, source) => {
  const keychain = createKeychain({ clock: systemClock, giveUpMs: 20_000, env: {}, program: childOf(source) });
  await expect(keychain.ask({ operation: 'get', name: 'octo' })).rejects.toThrow(KeychainError);
});

test.skipIf(process.platform !== 'linux')('the real child says in words that no keychain is there', async () => {
  // Whatever bus this machine has is out of its reach.
  const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
  const keychain = createKeychain({ clock: systemClock, giveUpMs: 20_000, env });
  const refusal = keychain.ask({ operation: 'set', name: 'octo', secret: token });
  await expect(refusal).rejects.toThrow(/^(?:the keychain cannot be used \(|there is no keychain support)/);
  await expect(refusal).rejects.not.toThrow(token);
});
