/** What OpenAI and Gemini refuse in JSON schemas of tools and answers. */
import { wordsOf } from './body-rule.ts';
import { arrayOf, isObject, objectOf, stringOf } from './json-value.ts';

/**
 * What is wrong with a schema that has to hold strictly, in OpenAI's words: every object closed, every property
 * required. Undefined: nothing.
 */
export function strictFault(schema: unknown, context: readonly string[] = []): string | undefined {
  if (!isObject(schema)) return undefined;
  const place = `In context=(${context.map((part) => `'${part}'`).join(', ')}${context.length === 1 ? ',' : ''})`;
  const inner = (value: unknown, ...path: string[]) => strictFault(value, [...context, ...path]);
  const properties = objectOf(schema['properties']);
  if (schema['type'] === 'object' || 'properties' in schema) {
    if (schema['additionalProperties'] !== false)
      return `${place}, 'additionalProperties' is required to be supplied and to be false.`;
    const missing = Object.keys(properties).find((key) => !arrayOf(schema['required']).includes(key));
    if (missing !== undefined)
      return `${place}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${missing}'.`;
  }
  for (const key of ['oneOf', 'allOf', 'not', 'if', 'patternProperties'])
    if (key in schema) return `${place}, '${key}' is not permitted.`;
  for (const [key, value] of Object.entries(properties)) {
    const fault = inner(value, 'properties', key);
    if (fault !== undefined) return fault;
  }
  for (const [index, value] of arrayOf(schema['anyOf']).entries()) {
    const fault = inner(value, 'anyOf', String(index));
    if (fault !== undefined) return fault;
  }
  for (const key of ['$defs', 'definitions'])
    for (const [name, value] of Object.entries(objectOf(schema[key]))) {
      const fault = inner(value, key, name);
      if (fault !== undefined) return fault;
    }
  return inner(schema['items'], 'items');
}

/** The root of a function's parameters is an object, whatever else it is. */
export function rootFault(schema: unknown): string | undefined {
  if (schema == null) return undefined;
  const type = objectOf(schema)['type'];
  if (type === 'object') return undefined;
  return `schema must be a JSON Schema of 'type: "object"', got 'type: "${stringOf(type) || 'None'}"'.`;
}

/** Members of JSON schema that Gemini's own kind of schema has no field for. */
const unknownToGemini: readonly string[] = [
  ...wordsOf(
    '$schema $id $ref $defs $comment definitions additionalProperties patternProperties propertyNames',
    'unevaluatedProperties const exclusiveMinimum exclusiveMaximum multipleOf uniqueItems contains',
    'oneOf allOf not if then else dependentRequired examples',
  ),
];

/** The first thing in a schema that Gemini does not take, in its words. */
export function geminiFault(schema: unknown, path: string): string | undefined {
  if (!isObject(schema)) return undefined;
  const odd = unknownToGemini.find((key) => key in schema);
  if (odd !== undefined) return `Invalid JSON payload received. Unknown name "${odd}" at '${path}': Cannot find field.`;
  if (Array.isArray(schema['type']))
    return `Invalid value at '${path}.type': Proto field is not repeating, cannot start list.`;
  const format = stringOf(schema['format']);
  if (schema['type'] === 'string' && format !== '' && format !== 'enum' && format !== 'date-time')
    return `${path}: only 'enum' and 'date-time' are supported for STRING type`;
  if (schema['type'] === 'array' && !isObject(schema['items'])) return `${path}.items: missing field.`;
  if ('enum' in schema && schema['type'] !== 'string') return `${path}.enum: only allowed for STRING type`;
  const lists: readonly (readonly [string, unknown])[] = [
    ...Object.values(objectOf(schema['properties'])).map(
      (value, index) => [`properties[${index}].value`, value] as const,
    ),
    ...arrayOf(schema['anyOf']).map((value, index) => [`any_of[${index}]`, value] as const),
    ['items', schema['items']],
  ];
  for (const [name, value] of lists) {
    const fault = geminiFault(value, `${path}.${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** The schema of a declared tool of Chat or Responses, and whether it has to hold strictly. */
export function schemaFault(parameters: unknown, strict: unknown): string | undefined {
  return rootFault(parameters) ?? (strict === true ? strictFault(parameters) : undefined);
}
