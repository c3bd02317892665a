/** The part of an upstream head that goes on to the gateway, by an allow-list. */
import type { IncomingHttpHeaders } from 'node:http';

/** An answer has some thirty headers and is looked at once: a lookup, not a scan of patterns. */
const names = new Set(['content-type', 'x-github-request-id', 'x-request-id', 'retry-after', 'request-id']);

const prefixes = [
  'x-ratelimit-',
  'x-quota-snapshot-',
  'x-usage-ratelimit-',
  'anthropic-ratelimit-',
  'openai-',
] as const;

/** Cookies, CSP and the upstream's own hop headers stay behind. */
export function allowedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const allowed: Record<string, string> = {};
  for (const name in headers) {
    if (!names.has(name) && !hasAllowedPrefix(name)) continue;
    const value = headers[name];
    if (value !== undefined) allowed[name] = joined(value);
  }
  return allowed;
}

function hasAllowedPrefix(name: string): boolean {
  for (const prefix of prefixes) if (name.startsWith(prefix)) return true;
  return false;
}

/** All headers, each as one string. */
export function plainHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name] = joined(value);
  }
  return plain;
}

function joined(value: string | string[]): string {
  return typeof value === 'string' ? value : value.join(', ');
}
