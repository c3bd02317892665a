/** The memory of learned rules: across starts, for some days, and forgotten by its owner's word. */
import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/support/fake-clock.ts';
import type { Lesson } from './learned-rule.ts';
import { createLearnedRules } from './learned-rules.ts';

const dayMs = 24 * 60 * 60 * 1000;
const lesson = (path: string): Lesson => ({ kind: 'field', path, value: '', words: `${path}: no` });

function memory() {
  const facts = new Map<string, string>();
  return {
    facts,
    get: (key: string) => facts.get(key),
    set: (key: string, value: string) => void facts.set(key, value),
  };
}

test('a rule holds for its model and its endpoint, and the next start knows it', () => {
  const clock = createFakeClock();
  const kept = memory();
  createLearnedRules({ memory: kept, clock, days: 7 }).learn('/responses', 'm', [lesson('foo')]);
  const rules = createLearnedRules({ memory: kept, clock, days: 7 });
  expect(rules.of('/responses', 'm').map(({ path }) => path)).toEqual(['foo']);
  expect(rules.of('/responses', 'other')).toEqual([]);
  expect(rules.of('/v1/messages', 'm')).toEqual([]);
});

test('the same lesson again is one rule, with the time of the last', () => {
  const clock = createFakeClock();
  const rules = createLearnedRules({ memory: undefined, clock, days: 7 });
  rules.learn('/responses', 'm', [lesson('foo')]);
  clock.advance(dayMs);
  rules.learn('/responses', 'm', [lesson('foo')]);
  expect(rules.all().map(({ learnedAt }) => learnedAt)).toEqual([clock.now()]);
});

test('a rule ends after its days', () => {
  const clock = createFakeClock();
  const kept = memory();
  const rules = createLearnedRules({ memory: kept, clock, days: 2 });
  rules.learn('/responses', 'm', [lesson('foo')]);
  clock.advance(2 * dayMs - 1);
  expect(rules.of('/responses', 'm')).toHaveLength(1);
  clock.advance(1);
  expect(rules.of('/responses', 'm')).toEqual([]);
  expect(kept.get('learned-rules')).toBe('');
});

test('one rule is forgotten by its id, and all without one', () => {
  const rules = createLearnedRules({ memory: undefined, clock: createFakeClock(), days: 7 });
  rules.learn('/responses', 'm', [lesson('a'), lesson('b'), lesson('c')]);
  const [first] = rules.all();
  expect(rules.forget(first?.id).map(({ path }) => path)).toEqual(['a']);
  expect(rules.forget('nobody')).toEqual([]);
  expect(rules.forget().map(({ path }) => path)).toEqual(['b', 'c']);
  expect(rules.all()).toEqual([]);
});

test('what cannot be read is forgotten, and there is an end to what is remembered', () => {
  const kept = memory();
  kept.set('learned-rules', '[{"kind":"field"},7,{"kind":"x","path":"a"}]');
  const rules = createLearnedRules({ memory: kept, clock: createFakeClock(), days: 7 });
  expect(rules.all()).toEqual([]);
  for (let index = 0; index < 205; index += 1) rules.learn('/responses', 'm', [lesson(`f${index}`)]);
  expect(rules.all()).toHaveLength(200);
  expect(rules.all().at(-1)?.path).toBe('f204');
});

test('what did not help is not tried again for an hour, or until all is forgotten', () => {
  const clock = createFakeClock();
  const rules = createLearnedRules({ memory: undefined, clock, days: 7 });
  const futile = (path: string) => rules.isFutile('/responses', 'm', lesson(path));
  rules.gaveUpOn('/responses', 'm', [lesson('a')]);
  expect([futile('a'), futile('b'), rules.isFutile('/responses', 'other', lesson('a'))]).toEqual([true, false, false]);
  clock.advance(60 * 60 * 1000);
  expect(futile('a')).toBe(false);
  rules.gaveUpOn('/responses', 'm', [lesson('a')]);
  rules.forget();
  expect(futile('a')).toBe(false);
  for (let index = 0; index < 205; index += 1) rules.gaveUpOn('/responses', 'm', [lesson(`f${index}`)]);
  expect([futile('f4'), futile('f5')]).toEqual([false, true]);
});

test('0 days learn nothing', () => {
  expect(createLearnedRules({ memory: undefined, clock: createFakeClock(), days: 0 }).enabled).toBe(false);
});
