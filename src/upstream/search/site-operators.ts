/** Domains as words of a query, for providers that have no member for them. */
import type { SearchQuery } from '../../canonical/web-search.ts';

/** Whatever is none would be words of the query; whoever asked for it gets its pages sorted out afterwards. */
const isDomain = (text: string) => /^[\p{L}\d-]+(?:\.[\p{L}\d-]+)+(?:\/[^\s"()]*)?$/u.test(text);

export function withSites({ query, ...domains }: SearchQuery): string {
  const allowedDomains = domains.allowedDomains.filter(isDomain);
  const blockedDomains = domains.blockedDomains.filter(isDomain);
  const allowed = allowedDomains.map((domain) => `site:${domain}`).join(' OR ');
  const blocked = blockedDomains.map((domain) => `-site:${domain}`);
  return [query, ...(allowed === '' ? [] : [allowedDomains.length > 1 ? `(${allowed})` : allowed]), ...blocked].join(
    ' ',
  );
}
