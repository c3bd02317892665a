/** The refusal of a body that no upstream could make sense of. */
import { ProxyError } from '../../errors/proxy-error.ts';

/** `messages.3.images.0` is `messages[3].images[0]` to those who read it. */
export function malformed(path: string, what: string): ProxyError {
  const param = path.replaceAll(/\.(\d+)/g, '[$1]');
  return new ProxyError('invalid_request', `${param}: ${what}`, { param });
}

/** A string that must be there. */
export function requireText(value: unknown, path: string): string {
  if (typeof value !== 'string') throw malformed(path, 'expected a string.');
  return value;
}

/** A list, empty where there is none. */
export function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw malformed(path, 'expected a list.');
  return value;
}
