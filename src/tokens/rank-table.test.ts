/** The rank table on a vocabulary of four tokens. */
import { expect, test } from 'vitest';
import { parseRankTable } from './rank-table.ts';

/** `A`, and the three bytes of `€` one by one. */
const table = parseRankTable('QQ== 0\n4g== 1\ngg== 2\nrA== 3\n', 'cl100k_base');

test.each([
  ['one token', [0], 'A'],
  ['a character over three tokens', [1, 2, 3], '€'],
  ['a special token between others', [0, 100257, 0], 'A<|endoftext|>A'],
  ['no token', [], ''],
])('%s', (_what, tokens, text) => {
  expect(table.decode(tokens)).toEqual({ text });
});

test.each([
  ['an id without a token', [0, 4], /input\[1\]: 4 is not a token of cl100k_base/],
  ['a negative id', [-1], /input\[0\]/],
  ['a fraction', [0.5], /input\[0\]/],
  ['a special token of the other tokenizer', [199999], /input\[0\]/],
  ['half a character', [1, 2], /not UTF-8/],
])('%s is refused', (_what, tokens, message) => {
  expect(table.decode(tokens)).toEqual({
    problem: { code: 'invalid_request', message: expect.stringMatching(message) as string },
  });
});

test('an array that stands for too much text is refused before it is built', () => {
  const long = parseRankTable(`${Buffer.alloc(1024 * 1024, 'a').toString('base64')} 0\n`, 'cl100k_base');
  expect(long.decode(Array.from({ length: 33 }, () => 0))).toMatchObject({ problem: { code: 'request_too_large' } });
});

test.each(['A', 'QQ== x', '<html>', ' 0'])('%j is not a rank file', (line) => {
  expect(() => parseRankTable(`QQ== 0\n${line}\n`, 'o200k_base')).toThrow(/line 2/);
});
