/** Schemas that Gemini refuses, and what they become: the shape stays, the meaning of the rest moves into words. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { geminiSchema } from './gemini-schema.ts';

const rows: readonly (readonly [string, object, object])[] = [
  [
    '$schema and closed objects',
    { $schema: 'x', $id: 'y', type: 'object', properties: {}, additionalProperties: false },
    { type: 'object', properties: {} },
  ],
  ['a constant', { const: 'a' }, { type: 'string', enum: ['a'] }],
  ['a constant number', { const: 5 }, { type: 'number', description: 'One of: 5.' }],
  ['numbers to choose from', { type: 'integer', enum: [1, 2] }, { type: 'integer', description: 'One of: 1, 2.' }],
  ['an exclusive bound of whole numbers', { type: 'integer', exclusiveMinimum: 0 }, { type: 'integer', minimum: 1 }],
  [
    'exclusive bounds',
    { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
    { type: 'number', minimum: 0, maximum: 1, description: 'More than 0. Less than 1.' },
  ],
  [
    'exclusive bounds of draft 4',
    { type: 'number', minimum: 2, exclusiveMinimum: true },
    { type: 'number', minimum: 2, description: 'More than 2.' },
  ],
  ['a format it knows', { type: 'string', format: 'date-time' }, { type: 'string', format: 'date-time' }],
  [
    'a format it does not',
    { type: 'string', format: 'uri', description: 'Where.' },
    { type: 'string', description: 'Where. Format: uri.' },
  ],
  [
    'items that differ',
    { type: 'array', items: { type: 'string' }, uniqueItems: true },
    { type: 'array', items: { type: 'string' }, description: 'All items differ.' },
  ],
  ['a list of anything', { type: 'array' }, { type: 'array', items: { type: 'string' } }],
  [
    'a tuple',
    { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }] },
    { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'number' }] } },
  ],
  [
    'pattern properties',
    { type: 'object', patternProperties: { '^x': {} } },
    { type: 'object', description: 'Keys that match ^x are members too.' },
  ],
  ['a type or null', { type: ['string', 'null'] }, { nullable: true, type: 'string' }],
  ['several types', { type: ['string', 'number'] }, { anyOf: [{ type: 'string' }, { type: 'number' }] }],
  [
    'a choice with null',
    { anyOf: [{ type: 'string', format: 'uri' }, { type: 'null' }] },
    { nullable: true, type: 'string', description: 'Format: uri.' },
  ],
  [
    'one of',
    { oneOf: [{ type: 'string' }, { const: 1 }] },
    { anyOf: [{ type: 'string' }, { type: 'number', description: 'One of: 1.' }] },
  ],
  [
    'all of',
    { allOf: [{ properties: { a: { type: 'string' } }, required: ['a'] }, { properties: { b: { type: 'number' } } }] },
    { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] },
  ],
  [
    'a reference',
    { $defs: { p: { type: 'string' } }, type: 'object', properties: { q: { $ref: '#/$defs/p', description: 'Q.' } } },
    { type: 'object', properties: { q: { type: 'string', description: 'Q.' } } },
  ],
  [
    'a reference to itself',
    { $defs: { n: { type: 'object', properties: { next: { $ref: '#/$defs/n' } } } }, $ref: '#/$defs/n' },
    { type: 'object', properties: { next: { type: 'object', description: 'The same form as n above.' } } },
  ],
  [
    'a requirement that has no member',
    { type: 'object', properties: { a: {} }, required: ['a', 'b'] },
    { type: 'object', properties: { a: {} }, required: ['a'] },
  ],
  ['a default', { type: 'boolean', default: true }, { type: 'boolean', description: 'Default: true.' }],
];

test.each(rows)('%s', (_name, schema, expected) => {
  expect(geminiSchema(schema)).toEqual(expected);
});

const allowed = new Set(
  'type format title description nullable enum items properties required minItems maxItems minimum maximum minLength maxLength pattern anyOf'.split(
    ' ',
  ),
);

function strangers(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  return Object.entries(schema).flatMap(([key, value]) => [
    ...(allowed.has(key) ? [] : [key]),
    ...(key === 'properties' ? Object.values(value as object).flatMap(strangers) : []),
    ...(key === 'items' ? strangers(value) : []),
    ...(key === 'anyOf' ? (value as unknown[]).flatMap(strangers) : []),
  ]);
}

const schemas = fc.letrec((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4 },
    fc.record(
      { type: fc.constantFrom('string', 'integer', 'array', 'object'), format: fc.string(), uniqueItems: fc.boolean() },
      { requiredKeys: [] },
    ),
    fc.record({ properties: fc.dictionary(fc.string(), tie('schema')), additionalProperties: fc.boolean() }),
    fc.record({ $schema: fc.string(), oneOf: fc.array(tie('schema'), { maxLength: 3 }) }),
    fc.record({ items: tie('schema'), contains: tie('schema') }),
    fc.record({ $ref: fc.constantFrom('#', '#/properties/a', 'http://x', '#/%') }),
  ),
})).schema;

test('whatever comes, only members that Gemini knows go up, and twice is as once', () => {
  fc.assert(
    fc.property(schemas, (schema) => {
      const once = geminiSchema(schema);
      expect(strangers(once)).toEqual([]);
      expect(geminiSchema(schema)).toEqual(once);
      expect(geminiSchema(once)).toEqual(once);
    }),
  );
});

test('references that multiply are cut before they fill the memory', () => {
  const defs = Object.fromEntries(
    Array.from({ length: 40 }, (_, index) => {
      const next = { $ref: `#/$defs/d${index + 1}` };
      return [`d${index}`, { type: 'object', properties: { a: next, b: next } }];
    }),
  );
  const text = JSON.stringify(geminiSchema({ $defs: defs, $ref: '#/$defs/d0' }));
  expect(text.length).toBeLessThan(200_000);
});
