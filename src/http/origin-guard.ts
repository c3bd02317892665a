/** Keeps web pages and rebound DNS names out, on every route and before any key is looked at. */
import type { IncomingHttpHeaders } from 'node:http';

export interface GuardedRequest {
  readonly headers: IncomingHttpHeaders;
  /** The host of an absolute-form target. */
  readonly authority: string | undefined;
  /** The port that the connection came in on. */
  readonly localPort: number;
}

/**
 * Why this request must not be served, in one sentence; undefined if it may. There is no CORS here: no reply carries
 * an Access-Control header, so a page of another origin reads nothing even where a browser sends its request.
 */
export function refusal(request: GuardedRequest, allowedHosts: readonly string[]): string | undefined {
  const { headers, authority, localPort } = request;
  if (!isOurs(headers.host ?? '', localPort, allowedHosts))
    return 'This host name is not allowed here: use http://127.0.0.1 with the port of the proxy, or allow the name.';
  if (authority !== undefined && !isOurs(authority, localPort, allowedHosts))
    return 'The request names another host than this proxy.';
  const { origin } = headers;
  if (origin !== undefined && !isOurOrigin(origin, localPort, allowedHosts))
    return 'Web pages of other origins may not call this proxy.';
  const site = headers['sec-fetch-site'];
  // A list of what may pass: two such headers, or a value that is invented one day, must not.
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'Web pages of other sites may not call this proxy.';
  return undefined;
}

/** Whether `host[:port]` is a loopback name with our port, or in the list; an entry without a port allows any. */
export function isOurs(host: string, localPort: number, allowedHosts: readonly string[]): boolean {
  const lower = host.toLowerCase();
  const colon = lower.indexOf(':', lower.lastIndexOf(']') + 1);
  const name = colon < 0 ? lower : lower.slice(0, colon);
  const port = colon < 0 ? 80 : Number(lower.slice(colon + 1));
  if (port === localPort && isLoopback(name)) return true;
  for (const entry of allowedHosts) {
    const allowed = entry.toLowerCase();
    if (allowed === lower || allowed === name) return true;
  }
  return false;
}

/** Written-out loopback names only: `127.1` or `2130706433` are not what a client of ours would send. */
function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || loopbackV4.test(name);
}

const octet = '(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const loopbackV4 = new RegExp(String.raw`^127\.${octet}\.${octet}\.${octet}$`);

function isOurOrigin(origin: string, localPort: number, allowedHosts: readonly string[]): boolean {
  const parts = /^(https?):\/\/([^/?#@]+)$/i.exec(origin);
  if (!parts) return false;
  const host = parts[2] ?? '';
  return isOurs(host, localPort, allowedHosts);
}
