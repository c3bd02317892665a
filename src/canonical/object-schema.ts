/** The schema of a function's arguments as endpoints insist on it: of an object, and no choice between several. */
import { isObject, objectOf, type JsonObject } from './json-value.ts';

export interface ObjectSchema {
  readonly schema: JsonObject;
  /** It allows what the caller's did: false is to be reported. */
  readonly isExact: boolean;
}

/** Callers leave the type out, or allow null beside the object. */
export function objectSchema(schema: JsonObject | null): ObjectSchema {
  if (schema === null) return { schema: { type: 'object', properties: {} }, isExact: true };
  if (schema['type'] === 'object') return { schema, isExact: true };
  const closed = { ...schema, type: 'object', properties: schema['properties'] ?? {} };
  return { schema: closed, isExact: schema['type'] === undefined };
}

const unions = ['anyOf', 'oneOf', 'allOf'] as const;

/** What any of the branches at the root allows, as one object: Claude and GPT take no choice there. */
export function withoutUnions(told: ObjectSchema): ObjectSchema {
  const { schema } = told;
  const groups = unions.flatMap((union) => {
    const branches = listOf(schema[union]).map((branch) => referred(schema, objectOf(branch)));
    return schema[union] === undefined ? [] : [{ union, branches }];
  });
  if (groups.length === 0) return told;
  const properties: Record<string, unknown> = {};
  for (const { branches } of groups)
    for (const branch of branches) Object.assign(properties, objectOf(branch['properties']));
  const required = new Set([
    ...listOf(schema['required']),
    ...groups.flatMap(({ union, branches }) => requiredBy(union, branches)),
  ]);
  const { anyOf: _any, oneOf: _one, allOf: _all, ...rest } = schema;
  const merged = {
    ...rest,
    properties: { ...properties, ...objectOf(schema['properties']) },
    ...(required.size === 0 ? {} : { required: [...required] }),
  };
  return { schema: merged, isExact: false };
}

/** Of a choice only what every branch requires. */
function requiredBy(union: (typeof unions)[number], branches: readonly JsonObject[]): readonly unknown[] {
  const lists = branches.map((branch) => listOf(branch['required']));
  if (union === 'allOf') return lists.flat();
  const [first = [], ...others] = lists;
  return first.filter((name) => others.every((list) => list.includes(name)));
}

/** A branch that only points at a definition is that definition. */
function referred(schema: JsonObject, branch: JsonObject): JsonObject {
  const [, list, name] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(String(branch['$ref'])) ?? [];
  if (list === undefined || name === undefined) return branch;
  const definition = objectOf(schema[list])[name];
  return isObject(definition) ? definition : branch;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
