/** Which keys the budgets of the settings mean. */
import { expect, test } from 'vitest';
import { createSettingsBudgets, type NamedKey } from './settings-budgets.ts';

const named = (id: string, label: string, revokedAt: number | null = null): NamedKey => ({ id, label, revokedAt });

test.each([
  ['a label', [named('key-1', 'ci')], 'key-1'],
  ['the label of a key that was replaced', [named('key-1', 'ci', 5), named('key-2', 'ci')], 'key-2'],
  ['an id', [named('ci', 'other'), named('key-2', 'ci')], 'ci'],
])('%s', (_what, keys, keyId) => {
  const unknown: string[] = [];
  const budgets = createSettingsBudgets({
    lines: ['5 per day key=ci'],
    keys: () => keys,
    onUnknownKey: (key) => unknown.push(key),
  });
  expect(budgets()).toEqual([
    { id: 'day-key-ci', of: { kind: 'key', keyId }, per: 'day', nanoAiu: 5e9, mode: 'hard', source: 'settings' },
  ]);
  expect(unknown).toEqual([]);
});

test('a key that comes later is found, and its absence said once', () => {
  const unknown: string[] = [];
  let keys: readonly NamedKey[] = [];
  const lines = ['5 per day key=ci', '7 per month project=site', '9 per ever key=default'];
  const budgets = createSettingsBudgets({ lines, keys: () => keys, onUnknownKey: (key) => unknown.push(key) });
  budgets();
  keys = [named('key-9', 'else')];
  budgets();
  expect(unknown).toEqual(['ci']);
  keys = [named('key-1', 'ci')];
  expect(budgets().map(({ of }) => of)).toEqual([
    { kind: 'key', keyId: 'key-1' },
    { kind: 'project', project: 'site' },
    { kind: 'key', keyId: 'default' },
  ]);
});
