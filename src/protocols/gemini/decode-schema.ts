/** Google's schemas, a dialect of OpenAPI 3.0, as JSON Schema. */
import { isObject, objectOf, type JsonObject } from '../../canonical/json-value.ts';
import { refersElsewhere } from '../checked-values.ts';
import { camelCased, listOf, malformed, numberOf } from './proto-json.ts';

const types: ReadonlySet<unknown> = new Set(['STRING', 'NUMBER', 'INTEGER', 'BOOLEAN', 'ARRAY', 'OBJECT', 'NULL']);

/** Errors: `invalid_request`. Null where there is no schema. */
export function decodeSchema(schema: unknown, path: string): JsonObject | null {
  if (schema === undefined || schema === null) return null;
  if (!isObject(schema)) throw malformed(path, 'expected a schema.');
  if (refersElsewhere(schema)) throw malformed(path, 'a schema elsewhere is not fetched.');
  return jsonSchemaOf(schema);
}

/**
 * JSON Schema stays as it is. Some clients (Gemini CLI's router) write the types of the other dialect into it, and then
 * mean that one.
 */
export function decodeJsonSchema(schema: unknown, path: string): JsonObject | null {
  if (schema === undefined || schema === null) return null;
  if (!isObject(schema)) throw malformed(path, 'expected a JSON schema.');
  if (saysUpperType(schema)) return decodeSchema(schema, path);
  if (refersElsewhere(schema)) throw malformed(path, 'a schema elsewhere is not fetched.');
  return schema;
}

function saysUpperType(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(saysUpperType);
  if (!isObject(value)) return false;
  const said = listOf(value['type']);
  return said.some((type) => types.has(type)) || Object.values(value).some(saysUpperType);
}

/** Sizes are numbers of 64 bits, so they come as texts. */
const sizes: ReadonlySet<string> = new Set([
  'minItems',
  'maxItems',
  'minLength',
  'maxLength',
  'minProperties',
  'maxProperties',
]);

const within: Readonly<Record<string, (value: unknown) => unknown>> = {
  items: (value) => (isObject(value) ? jsonSchemaOf(value) : value),
  additionalProperties: (value) => (isObject(value) ? jsonSchemaOf(value) : value),
  anyOf: schemasOf,
  oneOf: schemasOf,
  allOf: schemasOf,
  prefixItems: schemasOf,
  $defs: namedSchemas,
};

function schemasOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map((one: unknown) => (isObject(one) ? jsonSchemaOf(one) : one)) : value;
}

function namedSchemas(value: unknown): JsonObject {
  return Object.fromEntries(
    Object.entries(objectOf(value)).map(([name, one]) => [name, isObject(one) ? jsonSchemaOf(one) : one]),
  );
}

function jsonSchemaOf(told: JsonObject): JsonObject {
  const {
    type: said,
    nullable,
    properties,
    propertyOrdering,
    example,
    enum: words,
    format,
    ...rest
  } = camelCased(told);
  const schema: Record<string, unknown> = {};
  const type = typeof said === 'string' && said !== 'TYPE_UNSPECIFIED' ? said.toLowerCase() : undefined;
  if (type !== undefined) schema['type'] = nullable === true && type !== 'null' ? [type, 'null'] : type;
  else if (Array.isArray(said)) schema['type'] = said.map((one) => String(one).toLowerCase());
  // It says that there is an enum, which there is.
  if (format !== undefined && format !== 'enum') schema['format'] = format;
  for (const [name, value] of Object.entries(rest)) {
    const nested = Object.hasOwn(within, name) ? within[name] : undefined;
    schema[name] = nested ? nested(value) : sizes.has(name) ? numberOf(value) : value;
  }
  if (isObject(properties)) schema['properties'] = inOrder(namedSchemas(properties), propertyOrdering);
  if (Array.isArray(words)) {
    const isNumeric = type === 'integer' || type === 'number';
    const values: readonly unknown[] = isNumeric ? words.map(numberOf) : words;
    schema['enum'] = nullable === true && !values.includes(null) ? [...values, null] : values;
  }
  if (example !== undefined) schema['examples'] = [example];
  if (nullable === true && type === undefined && Array.isArray(schema['anyOf']))
    schema['anyOf'] = [...(schema['anyOf'] as readonly unknown[]), { type: 'null' }];
  return schema;
}

/** Models write members in the order in which a schema names them. */
function inOrder(properties: JsonObject, ordering: unknown): JsonObject {
  if (!Array.isArray(ordering)) return properties;
  const first = ordering.filter((name) => typeof name === 'string' && Object.hasOwn(properties, name)) as string[];
  const names = new Set([...first, ...Object.keys(properties)]);
  return Object.fromEntries([...names].map((name) => [name, properties[name]]));
}
