/** Aliases as people write them. */
import { expect, test } from 'vitest';
import { alias, aliasTexts, parseAliases } from './alias-field.ts';

test.each(['fast=gpt-6-luna', 'a/b=c/d', 'review=opus|sonnet', 'big=claude-opus-5.5[1m]', 'x=background'])(
  '%s is an alias',
  (entry) => expect(alias.parse(entry)).toEqual({ ok: true, value: entry }),
);

test.each(['', 'fast', '=x', 'x=', 'a=b=c', 'a b=c', 'a=b|', 'a=|b', 7, null, `a=${'b'.repeat(300)}`])(
  '%j is none',
  (entry) => expect(alias.parse(entry).ok).toBe(false),
);

test('they are read by name, the last of a repeated one, and written back', () => {
  const aliases = parseAliases(['a=b|c', 'nonsense', 'd=e', 'd=f', '__proto__=x']);
  expect(Object.entries(aliases)).toEqual([
    ['a', ['b', 'c']],
    ['d', ['f']],
    ['__proto__', ['x']],
  ]);
  expect(aliasTexts(aliases)).toEqual(['a=b|c', 'd=f', '__proto__=x']);
});
