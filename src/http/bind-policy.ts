/** Whether the proxy may listen where it is told to, decided before it listens: beyond this machine it takes a key and a plan. */
import { isIP } from 'node:net';
import { parseAddressRange } from '../config/address-range.ts';
import type { ServerConfig } from '../config/config.ts';
import { createAddressSet, loopbackRanges, privateRanges, type AddressSet } from './address-set.ts';
import type { GuardRules } from './origin-guard.ts';

export type BindSettings = Pick<
  ServerConfig,
  'host' | 'requireKey' | 'lan' | 'tlsCert' | 'tlsKey' | 'allowHosts' | 'behindProxy'
>;

export type BindVerdict =
  | { readonly allowed: true; readonly reach: 'machine' | 'network' }
  /** One sentence with the cure; the program ends with 78. */
  | { readonly allowed: false; readonly reason: string };

const loopback = createAddressSet(loopbackRanges);
const privateNetworks = createAddressSet(privateRanges);
const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

export function judgeBind(settings: BindSettings): BindVerdict {
  const host = bareHost(settings.host);
  const { lan, behindProxy } = settings;
  const tls = settings.tlsCert !== null;
  if (tls !== (settings.tlsKey !== null)) {
    const [there, missing] = tls ? ['--tls-cert', '--tls-key'] : ['--tls-key', '--tls-cert'];
    return refused(`${there} is of no use alone: give ${missing} too.`);
  }
  const everybody = behindProxy.find((range) => parseAddressRange(range)?.prefix === 0);
  if (everybody !== undefined)
    return refused(`--behind-proxy ${everybody} would believe everybody: give the address of your reverse proxy.`);
  if (isLoopbackHost(host)) return { allowed: true, reach: 'machine' };

  if (!settings.requireKey)
    return refused(`--no-key is for this machine alone: listen on 127.0.0.1, or let callers of ${host} show a key.`);
  if (!tls && !lan && behindProxy.length === 0) {
    return refused(
      `${host} can be called by other machines: add --tls-cert and --tls-key, --lan for a private network, or --behind-proxy ADDRESS; or listen on 127.0.0.1.`,
    );
  }
  if (lan && !tls && behindProxy.length === 0 && !everyAddress.has(host) && !privateNetworks.has(host)) {
    const what = isIP(host) === 0 ? 'a name' : 'a public address';
    return refused(
      `--lan is for private addresses and ${host} is ${what}: listen on one of this machine's, or use TLS.`,
    );
  }
  return { allowed: true, reach: 'network' };
}

/** The same for the port of Ollama's tools, which is on this machine whatever the settings say: what is asked is who needs a key. */
export function judgeOllama(settings: BindSettings & Pick<ServerConfig, 'port' | 'ollama'>): BindVerdict {
  const { port, requireKey } = settings.ollama;
  if (port !== null && port !== 0 && port === settings.port)
    return refused(`--ollama=${port} is the port of the proxy itself: choose another one.`);
  if (requireKey) return { allowed: true, reach: 'machine' };
  if (port === null) return refused('--ollama-no-key is of no use alone: give --ollama too.');
  const first = judgeBind(settings);
  if (!first.allowed || (first.reach === 'machine' && settings.behindProxy.length === 0)) return first;
  return refused(
    '--ollama-no-key is for a proxy that only this machine can call: leave it out, or listen on 127.0.0.1 alone.',
  );
}

function refused(reason: string): BindVerdict {
  return { allowed: false, reason };
}

/** `[::1]` is how URLs spell it; `listen` wants it bare. */
export function bareHost(host: string): string {
  return host.replaceAll(/^\[|\]$/g, '');
}

/** The host as callers on this machine write it in a URL: an address for "every address" is none to call. */
export function shownHost(host: string, certificateNames: readonly string[] = []): string {
  const bare = bareHost(host);
  if (!isLoopbackHost(bare) && certificateNames[0] !== undefined) return certificateNames[0];
  if (bare === '0.0.0.0') return '127.0.0.1';
  if (bare === '::') return '[::1]';
  return bare.includes(':') ? `[${bare}]` : bare;
}

/** Written out only: what `127.1` means is for the system to say, and it may say something else. */
function isLoopbackHost(host: string): boolean {
  return host.toLowerCase() === 'localhost' || loopback.has(host);
}

/**
 * Who may open a connection at all: `--lan` and `--behind-proxy` mean certain networks, and a firewall that is missing
 * must not make them the world. Null for everybody, which TLS alone or a bind to this machine allows.
 */
function allowedPeers({ host, lan, behindProxy }: BindSettings): AddressSet | null {
  if (isLoopbackHost(bareHost(host)) || (!lan && behindProxy.length === 0)) return null;
  return createAddressSet([...loopbackRanges, ...(lan ? privateRanges : []), ...behindProxy]);
}

/** What the door lets through of the names in Host and Origin. `certificateNames` are those that TLS answers for. */
export function guardRules(settings: BindSettings, certificateNames: readonly string[] = []): GuardRules {
  const { requireKey, allowHosts, lan } = settings;
  const host = bareHost(settings.host);
  const onThisMachine = isLoopbackHost(host);
  const own = isIP(host) !== 0 || onThisMachine ? [] : [host];
  return {
    hosts: [...allowHosts, ...own, ...certificateNames],
    // A container calls this machine by this name. It has a key, which a page that rebinds the name has not.
    callersHosts: requireKey ? ['host.docker.internal'] : [],
    literals: onThisMachine ? 'none' : lan ? 'private' : 'own',
    peers: allowedPeers(settings),
  };
}
