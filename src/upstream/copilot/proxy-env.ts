/** Which network proxy, if any, the environment names for an origin. */
import { isLoopbackHost } from './endpoints.ts';

export type ProxyEnv = Readonly<Record<string, string | undefined>>;

/**
 * The proxy's address for `origin`; null where it is reached straight. By scheme `HTTPS_PROXY` or `HTTP_PROXY`, else
 * `ALL_PROXY`; lower case wins, as in curl. A proxy on another machine cannot reach our loopback, so loopback goes
 * straight then: the simulator works behind a company proxy without NO_PROXY.
 */
export function proxyFor(origin: string, env: ProxyEnv): string | null {
  const target = new URL(origin);
  const value = (name: string): string | undefined => env[name] || env[name.toUpperCase()] || undefined;
  const configured = value(target.protocol === 'https:' ? 'https_proxy' : 'http_proxy') ?? value('all_proxy');
  if (configured === undefined) return null;
  const written = configured.includes('://') ? configured : `http://${configured}`;
  // curl's `socks5h` has the proxy resolve names, which is what undici does under `socks5`.
  const address = written.replace(/^socks5h:/i, 'socks5:');
  if (!URL.canParse(address)) return null;
  const proxy = new URL(address);
  if (!/^(?:https?|socks5?):$/.test(proxy.protocol)) return null;
  if (isLoopbackHost(target.hostname) && !isLoopbackHost(proxy.hostname)) return null;
  return bypasses(target, value('no_proxy') ?? '') ? null : proxy.href;
}

/** `*`, `host`, `.domain`, `*.domain` and `domain` (which covers its subdomains), each with an optional port. */
function bypasses(target: URL, noProxy: string): boolean {
  const host = bare(target.hostname);
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  return noProxy
    .toLowerCase()
    .split(/[,\s]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      if (bare(entry) === host) return true;
      const [name = entry, entryPort = port] = entry.split(':');
      if (entryPort !== port) return false;
      const domain = name.replace(/^\*?\./, '');
      return name === '*' || host.endsWith(`.${domain}`) || (host === domain && !name.startsWith('*.'));
    });
}

/** IPv6 hosts stand in brackets in URLs, and without them in NO_PROXY. */
function bare(host: string): string {
  return host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
}
