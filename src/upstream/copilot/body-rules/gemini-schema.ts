/** JSON Schema as Gemini takes it: the subset that OpenAPI 3.0 has. What has no place there is said in the description. */
import { isObject, objectOf, ownEntry, type JsonObject } from '../../../canonical/json-value.ts';
import { listOf } from './body-rule.ts';

/** Members that go up as they are. */
const kept = ['title', 'nullable', 'minItems', 'maxItems', 'minimum', 'maximum', 'minLength', 'maxLength', 'pattern'];

const formats: Readonly<Record<string, ReadonlySet<unknown>>> = {
  string: new Set(['enum', 'date-time']),
  integer: new Set(['int32', 'int64']),
  number: new Set(['float', 'double']),
};

/** Members without a place, and the words that keep their meaning; what is not here only helped validators. */
const told: Readonly<Record<string, (value: unknown) => string | undefined>> = {
  uniqueItems: (value) => (value === true ? 'All items differ.' : undefined),
  multipleOf: (value) => `A multiple of ${JSON.stringify(value)}.`,
  default: (value) => `Default: ${JSON.stringify(value)}.`,
  patternProperties: (value) => `Keys that match ${Object.keys(objectOf(value)).join(' or ')} are members too.`,
  additionalProperties: (value) =>
    isObject(value) && Object.keys(value).length > 0 ? `Further members: ${JSON.stringify(value)}.` : undefined,
  not: (value) => `Not: ${JSON.stringify(value)}.`,
  contentEncoding: (value) => `Encoding: ${String(value)}.`,
};

type Schema = Record<string, unknown>;

/** `schema` in Gemini's subset: the same for the same schema, references inlined, one that leads back to itself cut. */
export function geminiSchema(schema: unknown): JsonObject {
  return clean(schema, { root: objectOf(schema), inlines: mostInlines }, []);
}

/** References to references would grow without end: a schema of a few lines can stand for a million. */
const mostInlines = 1000;

interface Document {
  readonly root: JsonObject;
  /** How many references may still be followed. */
  inlines: number;
}

function mayInline(document: Document): boolean {
  document.inlines -= 1;
  return document.inlines >= 0;
}

function clean(value: unknown, document: Document, inside: readonly string[]): Schema {
  if (!isObject(value)) return {};
  const { $ref: ref, ...beside } = value;
  if (typeof ref === 'string') {
    if (inside.includes(ref) || !mayInline(document))
      return { type: 'object', description: `The same form as ${ref.split('/').at(-1)} above.` };
    return clean({ ...objectOf(atPointer(document.root, ref)), ...beside }, document, [...inside, ref]);
  }
  const schema = merged(value, document, inside);
  const notes: string[] = [];
  const out: Schema = {};
  for (const key of kept) if (schema[key] !== undefined) out[key] = schema[key];
  typeInto(out, schema);
  boundsInto(out, schema, notes);
  valuesInto(out, schema, notes);
  formatInto(out, schema, notes);
  choicesInto(out, schema, document, inside);
  membersInto(out, schema, document, inside);
  for (const [key, words] of Object.entries(told)) {
    const note = schema[key] === undefined ? undefined : words(schema[key]);
    if (note !== undefined) notes.push(note);
  }
  const description = [...(typeof schema['description'] === 'string' ? [schema['description']] : []), ...notes];
  if (description.length > 0) out['description'] = description.join(' ');
  return out;
}

/** The parts of `allOf` as one schema: members and requirements of all of them; where two disagree, the outer one holds. */
function merged(value: JsonObject, document: Document, inside: readonly string[]): JsonObject {
  const { allOf, ...own } = value;
  const all: Schema = { ...own };
  for (const entry of listOf(allOf)) {
    const { $ref: ref } = objectOf(entry);
    const isOther = typeof ref === 'string' && !inside.includes(ref) && mayInline(document);
    const target = isOther ? objectOf(atPointer(document.root, ref)) : objectOf(entry);
    const next = merged(target, document, isOther ? [...inside, ref] : inside);
    const properties = { ...objectOf(next['properties']), ...objectOf(all['properties']) };
    const required = [...new Set([...listOf(all['required']), ...listOf(next['required'])])];
    for (const [key, member] of Object.entries(next)) all[key] ??= member;
    if (Object.keys(properties).length > 0) all['properties'] = properties;
    if (required.length > 0) all['required'] = required;
  }
  return all;
}

function typeInto(out: Schema, { type, properties, items }: JsonObject) {
  if (typeof type === 'string') out['type'] = type;
  const types = listOf(type).filter((name) => name !== 'null');
  if (listOf(type).includes('null')) out['nullable'] = true;
  if (types.length === 1) out['type'] = types[0];
  else if (types.length > 1) out['anyOf'] = types.map((name) => ({ type: name }));
  if (type === undefined && isObject(properties)) out['type'] = 'object';
  if (type === undefined && items !== undefined) out['type'] = 'array';
}

/** Exclusive bounds become inclusive ones: the next whole number, or the bound itself and a word about it. */
function boundsInto(out: Schema, schema: JsonObject, notes: string[]) {
  const bounds = [
    ['exclusiveMinimum', 'minimum', 1, 'More than'],
    ['exclusiveMaximum', 'maximum', -1, 'Less than'],
  ] as const;
  for (const [exclusive, inclusive, step, words] of bounds) {
    // Before draft 6 it said of the inclusive bound that it is none.
    const bound = schema[exclusive] === true ? schema[inclusive] : schema[exclusive];
    if (typeof bound !== 'number') continue;
    const isWhole = out['type'] === 'integer';
    out[inclusive] = isWhole ? (step > 0 ? Math.floor(bound) : Math.ceil(bound)) + step : bound;
    if (!isWhole) notes.push(`${words} ${bound}.`);
  }
}

/** Only strings may be enumerated. */
function valuesInto(out: Schema, schema: JsonObject, notes: string[]) {
  if (schema['const'] === undefined && !Array.isArray(schema['enum'])) return;
  const values = schema['const'] === undefined ? listOf(schema['enum']) : [schema['const']];
  const some = values.filter((value) => value !== null);
  if (some.length < values.length) out['nullable'] = true;
  if (some.length > 0 && some.every((value) => typeof value === 'string')) {
    out['type'] ??= 'string';
    out['enum'] = some;
    return;
  }
  if (some.every((value) => typeof value === 'number')) out['type'] ??= 'number';
  if (some.every((value) => typeof value === 'boolean')) out['type'] ??= 'boolean';
  if (some.length > 0) notes.push(`One of: ${some.map((value) => JSON.stringify(value)).join(', ')}.`);
}

function formatInto(out: Schema, { format }: JsonObject, notes: string[]) {
  if (typeof format !== 'string') return;
  if (ownEntry(formats, String(out['type']))?.has(format) === true) out['format'] = format;
  else notes.push(`Format: ${format}.`);
}

function choicesInto(out: Schema, schema: JsonObject, document: Document, inside: readonly string[]) {
  const choices = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])];
  if (choices.length === 0) return;
  const some = choices.filter((choice) => objectOf(choice)['type'] !== 'null');
  if (some.length < choices.length) out['nullable'] = true;
  const cleaned = some.map((choice) => clean(choice, document, inside));
  if (cleaned.length === 1) Object.assign(out, { ...cleaned[0], ...out });
  else if (cleaned.length > 1) out['anyOf'] = cleaned;
}

function membersInto(out: Schema, schema: JsonObject, document: Document, inside: readonly string[]) {
  if (isObject(schema['properties'])) {
    const members = Object.entries(schema['properties']);
    out['properties'] = Object.fromEntries(members.map(([key, member]) => [key, clean(member, document, inside)]));
    const required = listOf(schema['required']).filter((key) => members.some(([name]) => name === key));
    if (required.length > 0) out['required'] = required;
  }
  if (out['type'] !== 'array') return;
  const places = listOf(schema['prefixItems'] ?? (Array.isArray(schema['items']) ? schema['items'] : undefined));
  const items = places.map((place) => clean(place, document, inside));
  // A list has to say what is in it.
  if (items.length === 0)
    out['items'] = isObject(schema['items']) ? clean(schema['items'], document, inside) : { type: 'string' };
  else out['items'] = items.length === 1 ? items[0] : { anyOf: items };
}

/** What a reference within the document points at. */
function atPointer(root: JsonObject, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined;
  let node: unknown = root;
  for (const step of ref.slice(1).split('/').slice(1))
    node = objectOf(node)[decoded(step).replaceAll('~1', '/').replaceAll('~0', '~')];
  return node;
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
