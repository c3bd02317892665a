/** Whether a page may be shown: whoever searched, what the caller said of domains holds. */
import type { SearchTerms } from './search-face.ts';

/** A domain stands for its subdomains too; with a path, for what lies below it. */
export function keepsDomains(
  url: string,
  { allowedDomains, blockedDomains }: Pick<SearchTerms, 'allowedDomains' | 'blockedDomains'>,
): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname, pathname } = new URL(url);
  const lies = (domain: string) => liesIn(withoutDot(hostname), pathname, domain);
  return !blockedDomains.some(lies) && (allowedDomains.length === 0 || allowedDomains.some(lies));
}

function liesIn(hostname: string, pathname: string, domain: string): boolean {
  const plain = domain.trim().replace(/^[a-z]+:\/\//i, '');
  const slash = plain.indexOf('/');
  const said = (slash < 0 ? plain : plain.slice(0, slash)).replace(/^\*\./, '');
  const host = withoutDot(asciiHost(said));
  const path = slash < 0 ? '' : plain.slice(slash).replace(/\/+\*?$/, '');
  if (host === '' || (hostname !== host && !hostname.endsWith(`.${host}`))) return false;
  return path === '' || pathname === path || pathname.startsWith(`${path}/`);
}

/** Addresses hold no other letters. */
function asciiHost(host: string): string {
  const isAscii = /^[\x20-\x7E]*$/.test(host);
  return isAscii || !URL.canParse(`https://${host}`) ? host.toLowerCase() : new URL(`https://${host}`).hostname;
}

/** A dot at its end is the same host, by another name. */
const withoutDot = (host: string) => host.replace(/\.$/, '');
