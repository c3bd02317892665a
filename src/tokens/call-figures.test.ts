import { expect, test } from 'vitest';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createCallFigures, quantile } from './call-figures.ts';

function memoryOf(stored?: string) {
  const written: string[] = [];
  return {
    written,
    get: () => written.at(-1) ?? stored,
    set: (_key: string, value: string) => void written.push(value),
  };
}

test('the latest figures of a name, written once for all that came together, and there after a restart', () => {
  const clock = createFakeClock();
  const memory = memoryOf();
  const figures = createCallFigures(memory, clock);
  for (let figure = 1; figure <= 30; figure += 1) figures.add('output m user', figure);
  figures.add('rate m openai-chat', 0.251_234_5);
  expect(memory.written).toEqual([]);
  clock.advance(1_000);
  expect(memory.written).toHaveLength(1);
  const again = createCallFigures(memory, clock);
  expect(again.of('output m user')).toEqual(Array.from({ length: 24 }, (_, index) => index + 7));
  expect(again.of('rate m openai-chat')).toEqual([0.2512]);
  expect(again.of('output m agent')).toEqual([]);
});

test('what is no figure is neither learned nor remembered', () => {
  const clock = createFakeClock();
  const figures = createCallFigures(memoryOf('{"a":[1,"2",null,-1,3],"b":"x","c":[]}'), clock);
  for (const wrong of [Number.NaN, Infinity, -1]) figures.add('a', wrong);
  expect(figures.of('a')).toEqual([1, 3]);
  expect(figures.of('b')).toEqual([]);
  expect(createCallFigures(memoryOf('no JSON'), clock).of('a')).toEqual([]);
  expect(createCallFigures(undefined, clock).of('a')).toEqual([]);
});

test('of too many names the one that was used least lately goes', () => {
  const figures = createCallFigures(undefined, createFakeClock());
  for (let name = 0; name < 400; name += 1) figures.add(`n${name}`, 1);
  figures.add('n0', 2);
  figures.add('new', 1);
  expect(figures.of('n0')).toEqual([1, 2]);
  expect(figures.of('n1')).toEqual([]);
});

test.each([
  [[], 0.5, undefined],
  [[3], 0.95, 3],
  [[9, 1, 5], 0.5, 5],
  [[4, 3, 2, 1], 0.95, 4],
])('quantile of %j at %d', (figures, share, wanted) => {
  expect(quantile(figures, share)).toBe(wanted);
});
