/** Keeps web pages, rebound DNS names and foreign networks out, on every route and before any key is looked at. */
import type { IncomingHttpHeaders } from 'node:http';
import { createAddressSet, privateRanges, withoutMapping, type AddressSet } from './address-set.ts';

export interface GuardedRequest {
  readonly headers: IncomingHttpHeaders;
  /** The host that the caller named: the Host header, or what a trusted reverse proxy says it was. */
  readonly host: string;
  /** The host of an absolute-form target. */
  readonly authority: string | undefined;
  /** As the caller sees it. */
  readonly scheme: 'http' | 'https';
  /** Where the connection came in. */
  readonly localAddress: string;
  readonly localPort: number;
  /** The other end of the connection. */
  readonly peer: string;
}

export interface GuardRules {
  /** `host` (any port) or `host:port`, besides the loopback names with our port. */
  readonly hosts: readonly string[];
  /** Names that callers may use and web pages may not have: Docker's name for this machine. */
  readonly callersHosts: readonly string[];
  /** Addresses that may stand in Host: `own` is where the connection came in, `private` any of a private network. */
  readonly literals: 'none' | 'own' | 'private';
  /** Who may connect at all; null for everybody. */
  readonly peers: AddressSet | null;
}

interface Authority {
  /** Lower case, an IPv6 address in its brackets. */
  readonly name: string;
  readonly port: number;
}

const defaultPort = { http: 80, https: 443 } as const;

/**
 * Why this request must not be served, in one sentence; undefined if it may. There is no CORS here: no reply carries
 * an Access-Control header, so a page of another origin reads nothing even where a browser sends its request.
 */
export function refusal(request: GuardedRequest, rules: GuardRules): string | undefined {
  const { headers, host, authority, scheme } = request;
  // Both where a reverse proxy tells another host than it names: pages behind it can forge what it passes on.
  const named = [headers.host ?? '', host];
  if (rules.peers !== null && !rules.peers.has(request.peer)) return 'This proxy is not for callers of your network.';
  if (!named.every((one) => isOurs(parseAuthority(one, scheme), request, rules)))
    return 'This host name is not allowed here: use http://127.0.0.1 with the port of the proxy, or allow the name with --allow-host.';
  if (authority !== undefined && !isOurs(parseAuthority(authority, scheme), request, rules))
    return 'The request names another host than this proxy.';
  const { origin } = headers;
  if (origin !== undefined && !isOurOrigin(origin, request, rules))
    return 'Web pages of other origins may not call this proxy.';
  const site = headers['sec-fetch-site'];
  // A list of what may pass: two such headers, or a value that is invented one day, must not.
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    return 'Web pages of other sites may not call this proxy.';
  return undefined;
}

function isOurs(host: Authority, request: GuardedRequest, rules: GuardRules): boolean {
  const { name, port } = host;
  if (port === request.localPort && isLoopback(name)) return true;
  return isListed(host, rules.hosts) || isListed(host, rules.callersHosts) || isOurAddress(name, port, request, rules);
}

/** An address cannot be rebound: whoever names it in Host has connected to it. */
function isOurAddress(name: string, port: number, request: GuardedRequest, { literals }: GuardRules): boolean {
  if (literals === 'none') return false;
  const address = name.replaceAll(/^\[|\]$/g, '');
  if (port === request.localPort && address === withoutMapping(request.localAddress)) return true;
  return literals === 'private' && privateNetworks.has(address);
}

const privateNetworks = createAddressSet(privateRanges);

function isListed({ name, port }: Authority, entries: readonly string[]): boolean {
  return entries.some((entry) => {
    const allowed = parseAuthority(entry, undefined);
    return allowed.name === name && (Number.isNaN(allowed.port) || allowed.port === port);
  });
}

/** A page of ours: from a loopback name with our port, from the host that it calls, or from a listed name. */
function isOurOrigin(origin: string, request: GuardedRequest, rules: GuardRules): boolean {
  const parts = /^(https?):\/\/([^/?#@,\s]+)$/i.exec(origin);
  if (!parts) return false;
  const scheme = parts[1]?.toLowerCase() === 'https' ? 'https' : 'http';
  const page = parseAuthority(parts[2] ?? '', scheme);
  const { name, port } = page;
  const called = parseAuthority(request.host, request.scheme);
  if (name === called.name && port === called.port && scheme === request.scheme) return true;
  if (isLoopback(name)) return port === request.localPort && scheme === request.scheme;
  // A listed name without a port is not every server on that machine, but the one at its usual place, or at ours.
  return (
    isListed(page, rules.hosts) &&
    (isWithPort(name, rules.hosts) || [defaultPort[scheme], request.localPort].includes(port))
  );
}

function isWithPort(name: string, entries: readonly string[]): boolean {
  return !entries.some((entry) => entry.toLowerCase() === name);
}

/** `NaN` is the port of an entry that has none. */
function parseAuthority(host: string, scheme: 'http' | 'https' | undefined): Authority {
  const lower = host.toLowerCase();
  const colon = lower.indexOf(':', lower.lastIndexOf(']') + 1);
  if (colon < 0) return { name: lower, port: scheme === undefined ? Number.NaN : defaultPort[scheme] };
  return { name: lower.slice(0, colon), port: Number(lower.slice(colon + 1)) };
}

/** Written-out loopback names only: `127.1` or `2130706433` are not what a client of ours would send. */
function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || loopbackV4.test(name);
}

const octet = '(?:0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])';
const loopbackV4 = new RegExp(String.raw`^127\.${octet}\.${octet}\.${octet}$`);
