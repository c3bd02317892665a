/** The headers that every error reply carries, whatever the protocol. */
import { errorRow } from '../errors/error-table.ts';
import type { ProxyError } from '../errors/proxy-error.ts';

/** Waits are whole seconds, rounded up, at least one: a client that is told 0 comes back at once. */
export function errorHeaders(error: ProxyError): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json; charset=utf-8' };
  const { retryable } = errorRow(error.code);
  if (!retryable) headers['x-should-retry'] = 'false';
  const retryAfterMs = retryAfterMsOf(error);
  if (retryable && retryAfterMs !== undefined)
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterMs / 1000)));
  return headers;
}

/** The wait that a caller is told, in ms; undefined where none is. */
export function retryAfterMsOf(error: ProxyError): number | undefined {
  return error.retryAfterMs ?? defaultRetryAfterMs(error);
}

/** Codex treats a 429 without Retry-After as fatal, so rate limits and overload always name a wait. */
function defaultRetryAfterMs(error: ProxyError): number | undefined {
  switch (error.code) {
    case 'rate_limited':
      return 10_000;
    case 'overloaded':
    case 'upstream_overloaded':
      return 5_000;
    case 'draining':
      return 2_000;
    default:
      return undefined;
  }
}
