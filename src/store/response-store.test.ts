/** Kept responses in memory and on disk: whose they are, how long they last, how many there may be. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { StoredResponse } from '../canonical/stored-response.ts';
import { createFakeClock, type FakeClock } from '../../test/support/fake-clock.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { openStore } from './open-store.ts';
import { openDatabase } from './open-database.ts';
import { createResponseMemory } from './response-memory.ts';
import { createResponseTable } from './response-table.ts';

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;
const sample = (id: string, keyId = 'anna', text = '{}'): StoredResponse => ({
  keyId,
  id,
  previousId: null,
  input: '[]',
  response: text,
});

async function openIn(path: string, clock: FakeClock) {
  const faults: string[] = [];
  const store = await openStore({ path, clock, onFault: (error) => faults.push(error.message) });
  return { store, faults };
}
const freshFile = () => join(temporaryFolder(), 'crossfeed.db');

test.each(['memory', 'disk'] as const)(
  '%s: only the key that asked finds and deletes its response',
  async (keeping) => {
    const { store } = await openIn(':memory:', createFakeClock());
    const { responses } = store;
    responses.put(sample('r1'), keeping);
    expect(responses.find('bert', 'r1')).toBeUndefined();
    expect(responses.delete('bert', 'r1')).toBe(false);
    expect(responses.find('anna', 'r1')).toEqual(sample('r1'));
    expect(responses.delete('anna', 'r1')).toBe(true);
    expect(responses.find('anna', 'r1')).toBeUndefined();
    expect(responses.delete('anna', 'r1')).toBe(false);
    store.close();
  },
);

test.each([
  ['memory', hourMs],
  ['disk', 30 * dayMs],
] as const)('%s: a response lasts as long as it is used, and no longer', async (keeping, ttlMs) => {
  const clock = createFakeClock();
  const { store } = await openIn(':memory:', clock);
  store.responses.put(sample('r1'), keeping);
  clock.advance(ttlMs - 1000);
  expect(store.responses.find('anna', 'r1')).toBeDefined();
  clock.advance(ttlMs - 1000);
  expect(store.responses.find('anna', 'r1')).toBeDefined();
  clock.advance(ttlMs + 1000);
  expect(store.responses.find('anna', 'r1')).toBeUndefined();
  store.close();
});

test('after a restart what was asked to be stored is there, bytes and all, and nothing else', async () => {
  const path = freshFile();
  const clock = createFakeClock();
  const first = await openIn(path, clock);
  // A latin1 view of UTF-8, as everywhere.
  const text = Buffer.from('{"output":["été"]}').toString('latin1');
  first.store.responses.put({ ...sample('r1', 'anna', text), previousId: 'r0' }, 'disk');
  first.store.responses.put(sample('r2'), 'memory');
  first.store.close();
  const second = await openIn(path, clock);
  expect(second.store.responses.find('anna', 'r1')).toEqual({ ...sample('r1', 'anna', text), previousId: 'r0' });
  expect(second.store.responses.find('anna', 'r2')).toBeUndefined();
  second.store.close();
  clock.advance(31 * dayMs);
  const third = await openIn(path, clock);
  expect(third.store.responses.find('anna', 'r1')).toBeUndefined();
  third.store.close();
  expect([...first.faults, ...second.faults, ...third.faults]).toEqual([]);
});

test('memory is bounded, for all and for each key: the least used goes first', () => {
  const clock = createFakeClock();
  const memory = createResponseMemory({ clock, ttlMs: hourMs, maxBytes: 10_000, maxKeyBytes: 6_000 });
  const big = (id: string, keyId: string) => memory.put(sample(id, keyId, 'x'.repeat(1_498)));
  for (const id of ['a1', 'a2', 'a3']) big(id, 'anna');
  expect(memory.find('anna', 'a1')).toBeDefined();
  big('a4', 'anna');
  expect(['a1', 'a2', 'a3', 'a4'].map((id) => memory.find('anna', id) !== undefined)).toEqual([
    true,
    false,
    true,
    true,
  ]);
  for (const id of ['b1', 'b2', 'b3']) big(id, 'bert');
  expect(['a1', 'a3', 'a4'].map((id) => memory.find('anna', id) !== undefined)).toEqual([false, true, true]);
  expect(['b1', 'b2', 'b3'].map((id) => memory.find('bert', id) !== undefined)).toEqual([true, true, true]);
  memory.close();
  expect(memory.find('bert', 'b3')).toBeUndefined();
});

test('prompts leave the memory also where nobody asks any more', () => {
  const clock = createFakeClock();
  const memory = createResponseMemory({ clock, ttlMs: hourMs, maxBytes: 10_000, maxKeyBytes: 10_000 });
  memory.put(sample('r1'));
  expect(clock.timers).toBe(1);
  clock.advance(2 * hourMs);
  expect(clock.timers).toBe(0);
});

test('the file is bounded too: the least used goes first', () => {
  const clock = createFakeClock();
  const opened = openDatabase(':memory:', clock.now());
  const faults: unknown[] = [];
  const report = (thrown: unknown) => faults.push(thrown);
  const table = createResponseTable({ opened, clock, ttlMs: dayMs, maxBytes: 10_000, report });
  for (const id of ['r1', 'r2', 'r3', 'r4']) {
    table.put(sample(id, 'anna', 'x'.repeat(1_498)));
    clock.advance(2 * hourMs);
  }
  expect(table.find('anna', 'r1')).toBeDefined();
  clock.advance(2 * hourMs);
  for (const id of ['r5', 'r6']) {
    table.put(sample(id, 'anna', 'x'.repeat(1_498)));
    clock.advance(2 * hourMs);
  }
  const left = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6'].filter((id) => table.find('anna', id) !== undefined);
  expect(left).toEqual(['r1', 'r4', 'r5', 'r6']);
  table.close();
  opened.database.close();
  expect(faults).toEqual([]);
});

test('a long conversation that is read at every turn is not written at every turn', () => {
  const clock = createFakeClock();
  const opened = openDatabase(':memory:', clock.now());
  const faults: unknown[] = [];
  const report = (thrown: unknown) => faults.push(thrown);
  const open = () => createResponseTable({ opened, clock, ttlMs: dayMs, maxBytes: 1_000_000, report });
  const table = open();
  const turns = Array.from({ length: 100 }, (_, index) => `r${index}`);
  const readAll = () => turns.filter((id) => table.find('anna', id) !== undefined).length;
  const changes = () => Number(opened.database.prepare('select total_changes() as n').get()?.['n']);
  for (const id of turns) table.put(sample(id));
  clock.advance(1000);
  const written = changes();
  for (let turn = 0; turn < 10; turn += 1) expect(readAll()).toBe(100);
  table.put(sample('next'));
  clock.advance(1000);
  expect(changes()).toBe(written + 1);
  // An hour later all are noted once, with what is written then.
  clock.advance(2 * hourMs);
  for (let turn = 0; turn < 10; turn += 1) readAll();
  expect(changes()).toBe(written + 1);
  table.put(sample('later'));
  clock.advance(1000);
  expect(changes()).toBe(written + 102);
  // What was used and not written yet is noted at the end.
  clock.advance(dayMs - 1000);
  expect(readAll()).toBe(100);
  table.close();
  clock.advance(dayMs / 2);
  const again = open();
  expect(again.find('anna', 'r0')).toBeDefined();
  expect(again.find('anna', 'next')).toBeUndefined();
  again.close();
  opened.database.close();
  expect(faults).toEqual([]);
});
