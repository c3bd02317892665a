/** Makes the value a model would give for a JSON schema: valid, small, and the same every time. */
import { arrayOf, isObject, numberOf, objectOf, stringOf, type JsonObject } from './json-value.ts';

/** Deeper than any sensible answer: below it only what is required is filled, so that recursion ends. */
const generousDepth = 4;
const deepest = 24;

/** `topic` fills the free strings; `named` gives values for properties by name wherever their type fits. */
export function exampleOf(schema: unknown, topic: string, named: JsonObject = {}): unknown {
  const root = objectOf(schema);

  function valueOf(given: unknown, name: string, depth: number): unknown {
    const node = resolve(given);
    if ('const' in node) return node['const'];
    const choices = arrayOf(node['enum']);
    if (choices.length > 0) return choices[0];
    const variants = arrayOf(node['anyOf'] ?? node['oneOf']);
    if (variants.length > 0) return valueOf(pickVariant(variants, depth), name, depth + 1);
    const parts = arrayOf(node['allOf']);
    if (parts.length > 0) return valueOf(merged(node, parts), name, depth + 1);
    switch (typeOf(node)) {
      case 'object':
        return objectValue(node, depth);
      case 'array':
        return Array.from({ length: arrayLength(node, depth) }, () => valueOf(node['items'] ?? {}, name, depth + 1));
      case 'integer':
        return integerValue(node);
      case 'number':
        return numberValue(node);
      case 'boolean':
        return true;
      case 'null':
        return null;
      default:
        return stringValue(node, name, named, topic);
    }
  }

  function objectValue(node: JsonObject, depth: number): JsonObject {
    const properties = objectOf(node['properties']);
    const required = new Set(arrayOf(node['required']).map(stringOf));
    const value: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      if (!required.has(name) && (depth >= generousDepth || node['additionalProperties'] !== false)) continue;
      if (depth < deepest) value[name] = valueOf(property, name, depth + 1);
    }
    for (const name of required) if (!(name in value) && depth < deepest) value[name] = valueOf({}, name, depth + 1);
    return value;
  }

  function resolve(given: unknown): JsonObject {
    let node = objectOf(given);
    for (let hops = 0; typeof node['$ref'] === 'string' && hops < deepest; hops += 1) {
      let target: unknown = root;
      for (const step of node['$ref'].replace(/^#\/?/, '').split('/').filter(Boolean))
        target = objectOf(target)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
      node = objectOf(target);
    }
    return node;
  }

  return valueOf(root, '', 0);
}

/** Near the bottom a `null` ends a recursion; else the first variant that is not null. */
function pickVariant(variants: readonly unknown[], depth: number): unknown {
  const isNull = (variant: unknown) => objectOf(variant)['type'] === 'null';
  return (
    (depth >= generousDepth ? variants.find(isNull) : undefined) ?? variants.find((v) => !isNull(v)) ?? variants[0]
  );
}

function merged(node: JsonObject, parts: readonly unknown[]): JsonObject {
  const result: Record<string, unknown> = { ...node };
  delete result['allOf'];
  for (const part of parts.map(objectOf)) {
    const properties = { ...objectOf(result['properties']), ...objectOf(part['properties']) };
    const required = [...arrayOf(result['required']), ...arrayOf(part['required'])];
    Object.assign(result, part, { properties, required });
  }
  return result;
}

/** Gemini writes types in capitals. */
function typeOf(node: JsonObject): string {
  const { type } = node;
  const names = (Array.isArray(type) ? arrayOf(type) : [type]).map((name) => stringOf(name).toLowerCase());
  const name = names.find((name) => name !== 'null' && name !== '') ?? names[0] ?? '';
  if (name !== '') return name;
  if (isObject(node['properties'])) return 'object';
  return 'items' in node ? 'array' : 'string';
}

function arrayLength(node: JsonObject, depth: number): number {
  const least = numberOf(node['minItems']) ?? (depth >= generousDepth ? 0 : 1);
  return Math.min(Math.max(0, least), numberOf(node['maxItems']) ?? least, 64);
}

function numberValue(node: JsonObject): number {
  const least = numberOf(node['minimum']) ?? numberOf(node['exclusiveMinimum']);
  const most = numberOf(node['maximum']) ?? numberOf(node['exclusiveMaximum']);
  if (least !== undefined && most !== undefined) return (least + most) / 2;
  if (least !== undefined) return least + 1;
  if (most !== undefined) return Math.min(1, most - 1);
  return 1;
}

function integerValue(node: JsonObject): number {
  const step = numberOf(node['multipleOf']) ?? 1;
  const value = Math.ceil(numberValue(node) / step) * step;
  const most = numberOf(node['maximum']);
  return most !== undefined && value > most ? Math.floor(most / step) * step : value;
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-11-22',
  time: '12:00:00Z',
  'date-time': '2026-11-22T12:00:00Z',
  duration: 'PT1H',
  email: 'someone@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  uuid: '00000000-0000-4000-8000-000000000000',
  uri: 'https://example.com/',
  url: 'https://example.com/',
};

function stringValue(node: JsonObject, name: string, named: JsonObject, topic: string): string {
  const wanted = named[name];
  if (typeof wanted === 'string') return wanted;
  const fixed = formats[stringOf(node['format'])];
  if (fixed !== undefined) return fixed;
  const text = topic === '' ? name || 'text' : topic;
  const least = numberOf(node['minLength']) ?? 0;
  const padded = text.length >= least ? text : text.padEnd(least, '.');
  return padded.slice(0, numberOf(node['maxLength']) ?? 200);
}
