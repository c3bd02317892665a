/** Tests of saying whose key was presented. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createKeyRegistry, type StoredKey } from './key-registry.ts';

const clock = createFakeClock();
const base: StoredKey = {
  id: 'k1',
  label: 'laptop',
  accountName: 'octo-work',
  models: ['m-1'],
  project: 'site',
  expiresAt: null,
  revokedAt: null,
};

function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function registry(stored: Readonly<Record<string, Partial<StoredKey>>> = {}) {
  const byDigest = new Map(Object.entries(stored).map(([key, row]) => [digest(key), { ...base, ...row }]));
  return createKeyRegistry({
    defaultKey: { key: 'sk-default', accountName: 'octo' },
    findByDigest: (hex) => byDigest.get(hex),
    clock,
  });
}

test('the default key belongs to the default account', () => {
  expect(registry().find('sk-default')).toEqual({
    keyId: 'default',
    label: 'default',
    accountName: 'octo',
    models: null,
    project: null,
  });
});

test('a further key is its own account, models, project and names', () => {
  const aliases = { fast: ['m-1'] };
  expect(registry({ one: { aliases, contextTier: 'long' } }).find('one')).toEqual({
    aliases,
    contextTier: 'long',
    metricsOnly: false,
    keyId: 'k1',
    label: 'laptop',
    accountName: 'octo-work',
    models: ['m-1'],
    project: 'site',
    capture: false,
  });
});

test.each(['sk-defaul', 'sk-default ', '', "' OR '1'='1", 'x'.repeat(10_000), digest('one'), '__proto__'])(
  'B-053 %j is nobody',
  (key) => expect(registry({ one: {} }).find(key)).toBeUndefined(),
);

test('B-056 a key ends with its last millisecond', () => {
  const keys = registry({ one: { expiresAt: clock.now() + 1 } });
  expect(keys.find('one')).toMatchObject({ keyId: 'k1' });
  clock.advance(1);
  expect(keys.find('one')).toBe('expired');
});

test('B-055 a revoked key is told so, also where it has expired', () => {
  expect(registry({ one: { revokedAt: 1, expiresAt: 1 } }).find('one')).toBe('revoked');
});

test('a store that fails opens nothing, and the default key needs no store', () => {
  const keys = createKeyRegistry({
    defaultKey: { key: 'sk-default', accountName: 'octo' },
    findByDigest() {
      throw new Error('disk');
    },
    clock,
  });
  expect(() => keys.find('one')).toThrow('disk');
  expect(keys.find('sk-default')).toMatchObject({ keyId: 'default' });
});

test('a use is told once the key is known to open', () => {
  const used: string[] = [];
  const byKey = { open: {}, old: { expiresAt: 1 }, gone: { revokedAt: 1 } };
  const byDigest = new Map(Object.entries(byKey).map(([key, row]) => [digest(key), { ...base, id: key, ...row }]));
  const keys = createKeyRegistry({
    defaultKey: { key: 'sk-default', accountName: 'octo' },
    findByDigest: (hex) => byDigest.get(hex),
    onUse: (keyId) => used.push(keyId),
    clock,
  });
  for (const key of ['sk-default', 'open', 'old', 'gone', 'none', 'open']) keys.find(key);
  expect(used).toEqual(['open', 'open']);
});

test('a new default key opens at once, and the old one no more', () => {
  const keys = registry();
  keys.setDefault({ key: 'sk-new', accountName: 'octo-new' });
  expect(keys.find('sk-default')).toBeUndefined();
  expect(keys.find('sk-new')).toMatchObject({ keyId: 'default', accountName: 'octo-new' });
  const open = createKeyRegistry({ defaultKey: { key: 'sk-default', accountName: 'octo' }, clock, requireKey: false });
  open.setDefault({ key: 'sk-new', accountName: 'octo-new' });
  expect(open.anonymous).toMatchObject({ accountName: 'octo-new' });
});

test('callers without a key are somebody only where no key is needed', () => {
  const defaultKey = { key: 'sk-default', accountName: 'octo' };
  expect(createKeyRegistry({ defaultKey, clock }).anonymous).toBeNull();
  expect(createKeyRegistry({ defaultKey, clock, requireKey: true }).anonymous).toBeNull();
  expect(createKeyRegistry({ defaultKey, clock, requireKey: false }).anonymous).toMatchObject({
    keyId: 'no-key',
    accountName: 'octo',
    models: null,
  });
});
