/** The connection pools, one an origin: straight, or through the network proxy that the environment names. */
import { Client, Pool, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { isLoopbackHost } from './endpoints.ts';

export type ProxyEnv = Readonly<Record<string, string | undefined>>;

/** How often a connection was used: a socket that dies on its second request lost a keep-alive race, nothing more. */
export interface ConnectionUse {
  requests: number;
}

/** A handler that wants to know which connection carries it. */
export interface TrackedHandler extends Dispatcher.DispatchHandler {
  connection: ConnectionUse | undefined;
}

/** One origin's pool. `renew` compares it, so that a hundred calls that failed together renew once. */
export type OriginPool = Dispatcher;

export interface Pools {
  of(origin: string): OriginPool;
  /** Lets running calls of `stale` finish and opens fresh connections from now on. */
  renew(origin: string, stale: OriginPool): void;
  /** The same for every origin: after the machine slept, idle sockets are dead without knowing it. */
  renewAll(): void;
  close(): Promise<void>;
}

export interface PoolsOptions {
  readonly allowH2: boolean;
  readonly proxyEnv: ProxyEnv;
}

const connectTimeoutMs = 10_000;
/** Below what GitHub's load balancers keep open; a hint in `keep-alive` overrides it. */
const idleSocketMs = 30_000;
const longestIdleSocketMs = 120_000;
/** TCP probes find a peer that vanished without FIN. */
const tcpProbeMs = 30_000;
/** GitHub's answers carry some 8 kB of policy headers. */
const maxResponseHeadBytes = 64 * 1024;

export function createPools(options: PoolsOptions): Pools {
  const pools = new Map<string, OriginPool>();
  const poolOptions: Pool.Options = {
    allowH2: options.allowH2,
    bodyTimeout: 0,
    headersTimeout: 0,
    connect: { timeout: connectTimeoutMs, keepAlive: true, keepAliveInitialDelay: tcpProbeMs },
    keepAliveTimeout: idleSocketMs,
    keepAliveMaxTimeout: longestIdleSocketMs,
    maxHeaderSize: maxResponseHeadBytes,
    pipelining: 1,
    connections: null,
    factory: createTrackedClient,
  };

  function open(origin: string): OriginPool {
    const proxy = proxyFor(origin, options.proxyEnv);
    if (proxy === null) return new Pool(origin, poolOptions);
    return new ProxyAgent({
      ...poolOptions,
      uri: proxy,
      requestTls: { timeout: connectTimeoutMs, allowH2: options.allowH2 },
      proxyTls: { timeout: connectTimeoutMs },
      // Called for origins and, for plain http, for the proxy itself.
      factory: (target, inherited) => new Pool(target, { ...inherited, factory: createTrackedClient }),
    });
  }

  function retire(pool: OriginPool): void {
    pool.close().catch(() => undefined);
  }

  return {
    of(origin) {
      let pool = pools.get(origin);
      if (pool === undefined) {
        pool = open(origin);
        pools.set(origin, pool);
      }
      return pool;
    },
    renew(origin, stale) {
      if (pools.get(origin) !== stale) return;
      pools.delete(origin);
      retire(stale);
    },
    renewAll() {
      const stale = [...pools.values()];
      pools.clear();
      for (const pool of stale) retire(pool);
    },
    async close() {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.destroy()));
    },
  };
}

function createTrackedClient(origin: URL | string, options: object): Dispatcher {
  return new TrackedClient(origin, options);
}

/** undici does not say which socket carries a request; the client is the one place that knows. */
class TrackedClient extends Client {
  readonly #use: ConnectionUse = { requests: 0 };

  constructor(origin: URL | string, options: Client.Options) {
    super(origin, options);
    this.on('connect', () => {
      this.#use.requests = 0;
    });
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (isTracked(handler)) handler.connection = this.#use;
    return super.dispatch(options, handler);
  }
}

function isTracked(handler: Dispatcher.DispatchHandler): handler is TrackedHandler {
  return 'connection' in handler;
}

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
