/** The count factors: learned in size classes, robust against wild reports, bounded, and remembered across starts. */
import { expect, test } from 'vitest';
import { sampleModel } from '../../test/support/sample-model.ts';
import { createCountFactors } from './count-factors.ts';

const claude = sampleModel('claude');
const gpt = sampleModel('gpt', { vendor: 'OpenAI', endpoints: ['/responses'] });

function memory(stored?: string) {
  const facts = new Map(stored === undefined ? [] : [['token-factors', stored]]);
  return {
    facts,
    get: (key: string) => facts.get(key),
    set: (key: string, value: string) => void facts.set(key, value),
  };
}

test('unknown models have the guess of their vendor', () => {
  const factors = createCountFactors(undefined);
  expect([factors.of(gpt, 100), factors.of(claude, 100)]).toEqual([1, 1.3]);
});

test('one wild report changes nothing', () => {
  const factors = createCountFactors(undefined);
  for (let call = 0; call < 6; call += 1) factors.learn('gpt', 1_000, 1_500);
  factors.learn('gpt', 1_000, 4_900);
  expect(factors.of(gpt, 1_000)).toBe(1.5);
});

test.each([
  ['a prompt that is mostly frame', 10, 15],
  ['more than any tokenizer makes', 1_000, 6_000],
  ['less than any tokenizer makes', 1_000, 100],
  ['no report', 1_000, Number.NaN],
])('nothing is learned of %s', (_what, counted, reported) => {
  const factors = createCountFactors(undefined);
  factors.learn('gpt', counted, reported);
  expect(factors.of(gpt, 1_000)).toBe(1);
});

test('prompts of a similar size are asked first', () => {
  const factors = createCountFactors(undefined);
  for (let call = 0; call < 5; call += 1) {
    factors.learn('gpt', 100 + call, 200 + 2 * call);
    factors.learn('gpt', 90_000 + call, 90_000 + call);
  }
  expect(factors.of(gpt, 120)).toBe(2);
  expect(factors.of(gpt, 50_000)).toBe(1);
});

test('what was learned outlives a restart, and what is not whole is forgotten', () => {
  const kept = memory();
  createCountFactors(kept).learn('gpt', 100, 125);
  expect(createCountFactors(kept).of(gpt, 100)).toBe(1.25);
  const broken = memory(JSON.stringify({ gpt: [[100, 900], ['x'], 7, [100, 1.5]], claude: 'no' }));
  expect(createCountFactors(broken).of(gpt, 100)).toBe(1.5);
  expect(createCountFactors(memory('{')).of(gpt, 100)).toBe(1);
});

test('all calls are wanted at first, then one of sixteen; models beyond two hundred push out the oldest', () => {
  const kept = memory();
  const factors = createCountFactors(kept);
  for (let call = 0; call < 21; call += 1) {
    expect(factors.wants('gpt')).toBe(true);
    factors.learn('gpt', 1_000, 1_500);
  }
  expect(Array.from({ length: 32 }, () => factors.wants('gpt')).filter(Boolean)).toHaveLength(2);
  for (let model = 0; model < 200; model += 1) factors.learn(`m${model}`, 1_000, 1_100);
  expect(factors.of(gpt, 1_000)).toBe(1);
  expect(Object.keys(JSON.parse(kept.get('token-factors') ?? '') as object)).toHaveLength(200);
});

test('a model whose reports teach nothing is not counted at every call for ever', () => {
  const factors = createCountFactors(memory());
  const wanted = Array.from({ length: 42 + 32 }, () => {
    const wants = factors.wants('gpt');
    if (wants) factors.learn('gpt', 75_000, 9);
    return wants;
  });
  expect(wanted.slice(0, 42).every(Boolean)).toBe(true);
  expect(wanted.slice(42).filter(Boolean)).toHaveLength(2);
});
