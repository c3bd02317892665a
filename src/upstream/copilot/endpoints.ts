/** Which origins a bearer may go to: a poisoned discovery answer must not carry it anywhere else. */

/** The host that serves every plan when discovery says nothing better. */
const genericApiOrigin = 'https://api.githubcopilot.com';

/** Where everybody signs in who has no tenant. */
const publicHost = 'github.com';

export interface OriginPolicy {
  /** The GitHub API that the discovery answer came from: a data-residency tenant trusts its own subdomain only. */
  readonly githubApiUrl: string;
  /** `host` (default port) or `host:port`, besides GitHub's own domains. */
  readonly allowedHosts: readonly string[];
  /** Where the account signed in: no token goes to the hosts of another tenant, or from a tenant to the public ones. */
  readonly accountHost?: string | undefined;
}

/**
 * Written out instead of left to the URL parser, which forgives too much (userinfo, tabs, backslashes, unicode dots):
 * scheme, lower-case host, an optional port, at most one closing slash.
 */
const plainOrigin = /^(https?):\/\/([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|\[::1\])(?::([1-9][0-9]{0,4}))?\/?$/;

/** The origin in `candidate` where a bearer may go, without a closing slash; null for anything doubtful. */
export function acceptApiOrigin(candidate: unknown, policy: OriginPolicy): string | null {
  if (typeof candidate !== 'string') return null;
  const match = plainOrigin.exec(candidate);
  const host = match?.[2];
  if (match === null || host === undefined || host.includes('..')) return null;
  const [, scheme, , port] = match;
  const authority = port === undefined ? host : `${host}:${port}`;
  const origin = `${scheme}://${authority}`;
  if (!URL.canParse(origin) || new URL(origin).hostname !== host) return null;
  if (scheme === 'http') {
    // Tests and the simulator: who answers on loopback already may name a neighbour on loopback.
    return isLoopbackHost(host) && isLoopbackUrl(policy.githubApiUrl) ? origin : null;
  }
  if (policy.allowedHosts.includes(authority)) return origin;
  if (port !== undefined) return null;
  const tenant = tenantOfHost(policy.accountHost) ?? tenantOf(policy.githubApiUrl);
  if (tenant !== null) return host.endsWith(`.${tenant}`) ? origin : null;
  const isTenants = host.endsWith('.ghe.com') && policy.accountHost !== publicHost;
  return host.endsWith('.githubcopilot.com') || isTenants ? origin : null;
}

/**
 * The base of an address that the operator wrote into the configuration: any https host, http on loopback or on a host
 * of `allowedHosts`; a path is kept as a prefix. For an account of a tenant only that tenant's hosts, besides loopback
 * and `allowedHosts`; for one of github.com no tenant's. Null for anything else.
 */
export function acceptConfiguredBase(
  configured: string,
  allowedHosts: readonly string[],
  accountHost?: string,
): string | null {
  if (!URL.canParse(configured)) return null;
  const url = new URL(configured);
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return null;
  const isOwn = isLoopbackHost(url.hostname) || allowedHosts.includes(url.host);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isOwn)) return null;
  const tenant = tenantOfHost(accountHost);
  const isTenants = url.hostname === tenant || url.hostname.endsWith(`.${tenant}`);
  if (tenant !== null && !isOwn && !(isTenants && url.port === '')) return null;
  if (accountHost === publicHost && !isOwn && url.hostname.endsWith('.ghe.com')) return null;
  return url.origin + url.pathname.replace(/\/+$/, '');
}

/** A base URL, taken apart for a call. */
export interface Target {
  readonly origin: string;
  /** What a user may see of it. */
  readonly host: string;
  /** A configured path before every path of ours, mostly empty. */
  readonly prefix: string;
}

/** Takes a base apart, the last one from memory: parsing a URL costs more than the rest of a call. */
export function createTargets(): (base: string) => Target {
  let last: { base: string; target: Target } | null = null;
  return (base) => {
    if (last?.base !== base) {
      const { origin, host, pathname } = new URL(base);
      last = { base, target: { origin, host, prefix: pathname === '/' ? '' : pathname } };
    }
    return last.target;
  };
}

/** Where to go when discovery gives nothing; null where only discovery can know (a test or self-hosted GitHub). */
export function fallbackApiOrigin(githubApiUrl: string, accountHost?: string): string | null {
  const tenant = tenantOfHost(accountHost) ?? tenantOf(githubApiUrl);
  if (tenant !== null) return `https://copilot-api.${tenant}`;
  return isLoopbackUrl(githubApiUrl) ? null : genericApiOrigin;
}

/** The tenant that an account's host names: `octocorp.ghe.com`, else null (github.com, a test). */
function tenantOfHost(accountHost: string | undefined): string | null {
  return accountHost !== undefined && /^[a-z0-9-]+\.ghe\.com$/.test(accountHost) ? accountHost : null;
}

/** GitHub's addresses for an account's host; null for github.com and tests, where the configured ones hold. */
export function tenantUrls(accountHost: string): { readonly githubUrl: string; readonly githubApiUrl: string } | null {
  const tenant = tenantOfHost(accountHost);
  return tenant === null ? null : { githubUrl: `https://${tenant}`, githubApiUrl: `https://api.${tenant}` };
}

/** `octocorp.ghe.com` for `https://api.octocorp.ghe.com`, else null. */
function tenantOf(githubApiUrl: string): string | null {
  if (!URL.canParse(githubApiUrl)) return null;
  return /^api\.([a-z0-9-]+\.ghe\.com)$/.exec(new URL(githubApiUrl).hostname)?.[1] ?? null;
}

export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname);
}
