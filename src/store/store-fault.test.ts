/** Which kind of fault the codes of SQLite and of the file system are. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createFaultDesk, storeFaultKind } from './store-fault.ts';

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

function desk() {
  const clock = createFakeClock();
  const told: string[] = [];
  const over: string[] = [];
  const faults = createFaultDesk({
    path: '/home/x.db',
    clock,
    onFault: (error) => told.push(error.message),
    onRecovery: (message) => over.push(message),
  });
  return { clock, told, over, faults };
}

test('each kind is told once in a trouble, with the path and what to do', () => {
  const { told, faults } = desk();
  faults.report({ errcode: 13 });
  faults.report({ errcode: 13 });
  faults.report({ errcode: 8 });
  expect(told).toHaveLength(2);
  expect(told[0]).toMatch(/^\/home\/x\.db: the disk is full: make room/);
});

test('what is over is told, and the next trouble again', () => {
  const { clock, told, over, faults } = desk();
  faults.recovered();
  expect(over).toEqual([]);
  const sinceMs = clock.now();
  faults.report({ errcode: 13 });
  clock.advance(90_000);
  faults.report({ errcode: 13 });
  expect(faults.fault).toMatchObject({ kind: 'full', sinceMs });
  faults.recovered();
  expect(faults.fault).toBeNull();
  expect(over).toEqual(['/home/x.db: it can be used again after 90 s.']);
  faults.report({ errcode: 13 });
  expect(told).toHaveLength(2);
});

test('a disk that comes and goes is told once a minute', () => {
  const { clock, told, over, faults } = desk();
  for (let second = 0; second < 120; second++) {
    faults.report({ errcode: 13 });
    faults.recovered();
    clock.advance(1000);
  }
  expect([told.length, over.length]).toEqual([2, 2]);
});
