/** Literals are passed on unread, so what is taken for one must be one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { closingQuote, isLiteral } from './json-literal.ts';

test.each([
  ['"plain"', true],
  ['""', true],
  [String.raw`"a \" b \\"`, true],
  [String.raw`"\u00e9\ud83d"`, true],
  [String.raw`"\x"`, false],
  [String.raw`"\u12"`, false],
  ['"a"b"', false],
  ['"a\tb"', false],
  [String.raw`"a\"`, false],
  ['17', false],
  ['', false],
])('whether %j is one literal: %j', (text, expected) => {
  expect(isLiteral(text)).toBe(expected);
});

test('the end of any literal is found, whatever escapes it holds and whatever follows', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', 'é') }), fc.string(), (value, behind) => {
      const literal = JSON.stringify(value);
      expect(closingQuote(`{"d":${literal}${behind}`, 5)).toBe(4 + literal.length);
    }),
  );
});

test('a quote behind three backslashes closes nothing', () => {
  const text = String.raw`"a\\\"b"`;
  expect(closingQuote(text, 0)).toBe(text.length - 1);
});

test('a literal that nothing closes has no end', () => {
  expect(closingQuote(String.raw`"a\"`, 0)).toBe(-1);
});
