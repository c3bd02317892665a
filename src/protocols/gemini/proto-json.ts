/** Google's JSON of protocol buffers: two spellings of every name, numbers that may be texts, one where a list is meant. */
import { isObject, numberOrNull, type JsonObject } from '../../canonical/json-value.ts';
import { ProxyError } from '../../errors/proxy-error.ts';

/** The object with its own names in camelCase; what is within stays, since some of it is the caller's data. */
export function camelCased(object: JsonObject): JsonObject {
  const names = Object.keys(object);
  if (!names.some((name) => name.includes('_'))) return object;
  return Object.fromEntries(
    names.flatMap((name) => {
      const camel = name.replaceAll(/_([a-z\d])/g, (_match, letter: string) => letter.toUpperCase());
      return camel !== name && Object.hasOwn(object, camel) ? [] : [[camel, object[name]]];
    }),
  );
}

/** The members of what has to be an object, where it is there. Errors: `invalid_request`. */
export function membersOf(value: unknown, path: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw malformed(path, 'expected an object.');
  return camelCased(value);
}

/** One is a list of one; nothing is none. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** Numbers of 64 bits are texts; anything else stays, to be judged. */
export function numberOf(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

export function toldNumber(value: unknown): number | null {
  return numberOrNull(numberOf(value));
}

/** A word of an enum, however it is spelled; empty where there is none. */
export function wordOf(value: unknown): string {
  return typeof value === 'string' ? value.toUpperCase() : '';
}

/** The refusal of a body that no upstream could make sense of. `contents.3.parts.1` is `contents[3].parts[1]` to Google. */
export function malformed(path: string, what: string): ProxyError {
  const param = path.replaceAll(/\.(\d+)/g, '[$1]');
  return new ProxyError('invalid_request', `Invalid value at '${param}': ${what}`, { param });
}

export function requireText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'expected a string.');
  return value;
}

/** Of a function. Errors: `invalid_request`. */
export function requireName(value: unknown, path: string): string {
  if (requireText(value, path) === '') throw malformed(path, 'a name is required.');
  return String(value);
}
