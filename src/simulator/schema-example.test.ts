import { expect, test } from 'vitest';
import { exampleOf } from './schema-example.ts';

test.each([
  ['a string takes the topic', { type: 'string' }, 'a topic'],
  ['a short string is cut', { type: 'string', maxLength: 3 }, 'a t'],
  ['a long string is filled up', { type: 'string', minLength: 10 }, 'a topic...'],
  ['a format', { type: 'string', format: 'date' }, '2026-11-22'],
  ['the first of an enum', { enum: ['x', 'y'] }, 'x'],
  ['a constant', { const: 7 }, 7],
  ['an integer within its bounds', { type: 'integer', minimum: 2, maximum: 3 }, 3],
  ['an integer of a step', { type: 'integer', minimum: 10, multipleOf: 4 }, 12],
  ['a number above an exclusive bound', { type: 'number', exclusiveMinimum: 5 }, 6],
  ['a number below a bound', { type: 'number', maximum: -2 }, -3],
  ['types in capitals', { type: 'ARRAY', items: { type: 'BOOLEAN' } }, [true]],
  ['an array of at least two', { type: 'array', minItems: 2, items: { type: 'null' } }, [null, null]],
  ['what is not null', { type: ['null', 'integer'] }, 1],
  ['the variant that is not null', { anyOf: [{ type: 'null' }, { type: 'boolean' }] }, true],
  [
    'all parts together',
    { allOf: [{ type: 'object', required: ['a'] }, { properties: { a: { const: 1 } } }] },
    { a: 1 },
  ],
  ['only what is required', { type: 'object', properties: { a: {}, b: {} }, required: ['b'] }, { b: 'a topic' }],
  ['rubbish', 'no schema', 'a topic'],
])('%s', (_, schema, expected) => {
  expect(exampleOf(schema, 'a topic')).toEqual(expected);
});

test('a strict object is filled whole, by reference and by name', () => {
  const schema = {
    type: 'object',
    additionalProperties: false,
    required: ['title', 'author'],
    properties: { title: { type: 'string' }, author: { $ref: '#/$defs/person' }, note: { type: 'string' } },
    $defs: { person: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } },
  };
  expect(exampleOf(schema, 'topic', { title: 'A title' })).toEqual({
    title: 'A title',
    author: { name: 'topic' },
    note: 'topic',
  });
});

test('a schema that holds itself comes to an end', () => {
  const list = {
    type: 'object',
    required: ['next'],
    properties: { next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } },
  };
  expect(JSON.stringify(exampleOf(list, ''))).toContain('null');
  const endless = { type: 'object', required: ['next'], properties: { next: { $ref: '#' } } };
  expect(JSON.stringify(exampleOf(endless, ''))).toContain('next');
});
