/** The walk down the shipped versions. */
import { expect, test } from 'vitest';
import { createApiVersions } from './api-versions.ts';

function memoryOf(saved: Record<string, string> = {}) {
  const values = new Map(Object.entries(saved));
  return { get: (key: string) => values.get(key), set: (key: string, value: string) => void values.set(key, value) };
}

test('walks down once and remembers what worked', () => {
  const memory = memoryOf();
  const versions = createApiVersions(['3', '2', '1'], memory);
  expect(versions.current()).toBe('3');
  expect(versions.stepDown('3')).toBe(true);
  expect(versions.stepDown('2')).toBe(true);
  versions.worked('1');
  expect(versions.stepDown('1')).toBe(false);
  expect(createApiVersions(['3', '2', '1'], memory).current()).toBe('1');
});

test('where every version is refused the fault is another one: the walk is not repeated, and leaves nothing behind', () => {
  const versions = createApiVersions(['3', '2', '1'], undefined);
  versions.worked('3');
  expect([versions.stepDown('3'), versions.stepDown('2'), versions.stepDown('1')]).toEqual([true, true, false]);
  expect(versions.current()).toBe('3');
  expect(versions.stepDown('3')).toBe(false);
  versions.worked('3');
  expect(versions.stepDown('3')).toBe(true);
});

test('calls that were under way together step down together', () => {
  const versions = createApiVersions(['3', '2', '1'], undefined);
  expect(versions.stepDown('3')).toBe(true);
  expect(versions.stepDown('3')).toBe(true);
  expect(versions.current()).toBe('2');
});

test('what was remembered under an older list is tried anew', () => {
  const memory = memoryOf();
  const old = createApiVersions(['3', '2'], memory);
  old.stepDown('3');
  old.worked('2');
  expect(createApiVersions(['4', '3', '2'], memory).current()).toBe('4');
});

test('nonsense in memory and an empty list do no harm', () => {
  expect(createApiVersions(['3'], memoryOf({ 'copilot-api-version': '9 under 3' })).current()).toBe('3');
  expect(createApiVersions([], undefined).current()).not.toBe('');
});
