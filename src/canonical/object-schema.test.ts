/** A schema that endpoints refuse at its root becomes one that allows at least as much. */
import { expect, test } from 'vitest';
import { objectSchema, withoutUnions } from './object-schema.ts';

const a = { type: 'object', properties: { x: { type: 'string' }, k: { const: 'a' } }, required: ['k', 'x'] };
const b = { type: 'object', properties: { y: { type: 'number' }, k: { const: 'b' } }, required: ['k'] };

test.each([
  ['no schema', null, { type: 'object', properties: {} }, true],
  ['an object', a, a, true],
  ['no type', { properties: a.properties }, { type: 'object', properties: a.properties }, true],
  ['null beside the object', { type: ['object', 'null'] }, { type: 'object', properties: {} }, false],
  ['another type', { type: 'string' }, { type: 'object', properties: {} }, false],
  [
    'a choice keeps what every branch requires',
    { anyOf: [a, b] },
    {
      type: 'object',
      properties: { x: { type: 'string' }, y: { type: 'number' }, k: { const: 'b' } },
      required: ['k'],
    },
    false,
  ],
  [
    'all of several require all',
    { type: 'object', allOf: [a, b] },
    {
      type: 'object',
      properties: { x: { type: 'string' }, y: { type: 'number' }, k: { const: 'b' } },
      required: ['k', 'x'],
    },
    false,
  ],
  [
    'branches that are defined elsewhere',
    { oneOf: [{ $ref: '#/$defs/A' }], $defs: { A: b } },
    { type: 'object', properties: b.properties, required: ['k'], $defs: { A: b } },
    false,
  ],
])('%s', (_name, schema, expected, isExact) => {
  expect(withoutUnions(objectSchema(schema))).toEqual({ schema: expected, isExact });
});
