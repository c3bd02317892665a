/** The session memory: the same notes for the same session, bounded in number and in time. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createSessionMemory } from './session-memory.ts';

const ttlMs = 60_000;

test('keeps what was noted for a session, and only for that one', () => {
  const memory = createSessionMemory({ clock: createFakeClock(), maxSessions: 3, ttlMs });
  memory.of('a').withoutThinking.add('x');
  memory.of('a').imagePlaceholders.add('hash');
  expect(memory.of('a')).toEqual({
    prunedTools: undefined,
    prompts: [],
    calls: [],
    imagePlaceholders: new Set(['hash']),
    withoutThinking: new Set(['x']),
  });
  expect(memory.of('b')).toEqual({
    prunedTools: undefined,
    prompts: [],
    calls: [],
    imagePlaceholders: new Set(),
    withoutThinking: new Set(),
  });
});

test('forgets the session that was quiet for longest', () => {
  const memory = createSessionMemory({ clock: createFakeClock(), maxSessions: 2, ttlMs });
  memory.of('a').withoutThinking.add('x');
  memory.of('b').withoutThinking.add('x');
  memory.of('a');
  memory.of('c');
  expect(memory.size).toBe(2);
  expect(memory.of('a').withoutThinking.size).toBe(1);
  expect(memory.of('b').withoutThinking.size).toBe(0);
});

test('forgets a session after its time, counted from its last call', () => {
  const clock = createFakeClock();
  const memory = createSessionMemory({ clock, maxSessions: 9, ttlMs });
  memory.of('a').withoutThinking.add('x');
  clock.advance(ttlMs - 1);
  expect(memory.of('a').withoutThinking.size).toBe(1);
  clock.advance(ttlMs - 1);
  expect(memory.of('a').withoutThinking.size).toBe(1);
  clock.advance(ttlMs);
  expect(memory.of('other').withoutThinking.size).toBe(0);
  expect(memory.size).toBe(1);
  expect(memory.of('a').withoutThinking.size).toBe(0);
});
