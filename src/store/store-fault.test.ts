/** Which kind of fault the codes of SQLite and of the file system are. */
import { expect, test } from 'vitest';
import { createFaultReporter, storeFaultKind } from './store-fault.ts';

test.each([
  [{ errcode: 13 }, 'full'],
  [{ code: 'ENOSPC' }, 'full'],
  [{ errcode: 8 }, 'read-only'],
  [{ errcode: 1032 }, 'read-only'],
  [{ code: 'EACCES' }, 'read-only'],
  [{ errcode: 11 }, 'damaged'],
  [{ errcode: 26 }, 'damaged'],
  [{ errcode: 5 }, 'busy'],
  [{ errcode: 517 }, 'busy'],
  [{ errcode: 14 }, 'unreachable'],
  [{ errcode: 778 }, 'unreachable'],
  [{ code: 'EISDIR' }, 'unreachable'],
  [{ errcode: 1 }, 'other'],
  [{ code: 'ERR_INVALID_STATE' }, 'other'],
  [new Error('x'), 'other'],
  ['x', 'other'],
])('%o is %s', (thrown, kind) => {
  expect(storeFaultKind(thrown)).toBe(kind);
});

test('each kind is told once, with the path and what to do', () => {
  const told: string[] = [];
  const report = createFaultReporter('/home/x.db', (error) => told.push(error.message));
  report({ errcode: 13 });
  report({ errcode: 13 });
  report({ errcode: 8 });
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^\/home\/x\.db: the disk is full: make room/);
});
