/** Tests of schemas in the one dialect, in the other, and in the other under the name of the one. */
import { expect, test } from 'vitest';
import type { JsonObject } from '../../canonical/json-value.ts';
import { decodeJsonSchema } from './decode-schema.ts';

test.each<[string, JsonObject, JsonObject]>([
  [
    'JSON Schema stays as it is',
    { type: ['string', 'null'], default_value: 1 },
    { type: ['string', 'null'], default_value: 1 },
  ],
  [
    'a type in capitals is of the other dialect',
    { type: 'OBJECT', properties: { a_b: { type: 'STRING', nullable: true } } },
    { type: 'object', properties: { a_b: { type: ['string', 'null'] } } },
  ],
  [
    'so is a list of them, however deep',
    { type: 'object', properties: { a: { type: ['STRING', 'NULL'] } } },
    { type: 'object', properties: { a: { type: ['string', 'null'] } } },
  ],
  [
    'a property by the name of type is none',
    { type: 'object', properties: { type: { const: 'STRING' } } },
    { type: 'object', properties: { type: { const: 'STRING' } } },
  ],
])('%s', (_name, told, schema) => {
  expect(decodeJsonSchema(told, 'parametersJsonSchema')).toEqual(schema);
});
