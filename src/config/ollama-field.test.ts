/** Tests of how the second listener's port may be given. */
import { expect, test } from 'vitest';
import { ollamaPort } from './ollama-field.ts';

test.each([
  [true, 11_434],
  ['true', 11_434],
  ['1', 11_434],
  ['11500', 11_500],
  ['0', 0],
  [11_500, 11_500],
  [null, null],
  ['false', null],
])('%j is %j', (input, value) => expect(ollamaPort('').parse(input)).toEqual({ ok: true, value }));

test.each(['yes', '-1', '65536', 1.5, '', {}])('%j is no port', (input) =>
  expect(ollamaPort('').parse(input)).toMatchObject({ ok: false }),
);
