/** Types, bounds and words of fields as data, and the first field of a body that is outside of them. */
import { arrayOf, isObject, objectOf, type JsonObject } from './json-value.ts';

/** What a field may hold. Null and absent always pass: those that have to be there have rules of their own. */
export type PlainField =
  | { readonly type: 'number' | 'integer'; readonly least?: number; readonly most?: number }
  | { readonly type: 'string'; readonly longest?: number }
  | { readonly type: 'boolean' | 'array' | 'object' }
  | { readonly words: readonly string[] };

/** By name; a dot leads into an object, `[]` behind a name means each of its members. */
export type PlainFields = Readonly<Record<string, PlainField>>;

export type FieldFault =
  | { readonly kind: 'type'; readonly path: string; readonly wanted: string; readonly value: unknown }
  | { readonly kind: 'least' | 'most' | 'longest'; readonly path: string; readonly bound: number; readonly is: number }
  | { readonly kind: 'word'; readonly path: string; readonly value: unknown; readonly words: readonly string[] };

/** The first fault, in the order of the table. */
export function fieldFault(body: JsonObject, fields: PlainFields): FieldFault | undefined {
  for (const [path, field] of Object.entries(fields))
    for (const value of valuesAt(body, path)) {
      const fault = value == null ? undefined : faultOf(value, field, path.replace('[]', ''));
      if (fault !== undefined) return fault;
    }
  return undefined;
}

function valuesAt(body: JsonObject, path: string): readonly unknown[] {
  if (path.endsWith('[]')) return arrayOf(body[path.slice(0, -2)]);
  const names = path.split('.');
  const last = names.pop() ?? '';
  return [names.reduce((inner, name) => objectOf(inner[name]), body)[last]];
}

function faultOf(value: unknown, field: PlainField, path: string): FieldFault | undefined {
  if ('words' in field)
    return field.words.includes(value as string) ? undefined : { kind: 'word', path, value, words: field.words };
  if (!isOf(value, field.type)) return { kind: 'type', path, wanted: field.type, value };
  if (field.type === 'string') {
    const { length } = value as string;
    return length > (field.longest ?? length)
      ? { kind: 'longest', path, bound: field.longest ?? length, is: length }
      : undefined;
  }
  if (field.type !== 'number' && field.type !== 'integer') return undefined;
  const is = value as number;
  const { least = is, most = is } = field;
  if (is < least) return { kind: 'least', path, bound: least, is };
  return is > most ? { kind: 'most', path, bound: most, is } : undefined;
}

function isOf(value: unknown, type: Extract<PlainField, { type: string }>['type']): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isObject(value) : typeof value === type;
}
