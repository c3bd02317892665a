/** The part of an upstream head that goes on to the gateway, by an allow-list. */
import type { IncomingHttpHeaders } from 'node:http';

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
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    if (names.has(name) || prefixes.some((prefix) => name.startsWith(prefix))) allowed[name] = joined(value);
  }
  return allowed;
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
