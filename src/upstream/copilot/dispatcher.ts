/** The connection pools, one an origin: straight, or through the network proxy that the environment names. */
import { Pool, ProxyAgent } from 'undici';
import type { Dispatcher } from 'undici';
import { proxyFor } from './proxy-env.ts';
import type { ProxyEnv } from './proxy-env.ts';
import { createTrackedClient } from './tracked-client.ts';

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
  readonly connectMs?: number | undefined;
}

const usualConnectMs = 10_000;
/** Below what GitHub's load balancers keep open; a hint in `keep-alive` overrides it. */
const idleSocketMs = 30_000;
const longestIdleSocketMs = 120_000;
/** TCP probes find a peer that vanished without FIN. */
const tcpProbeMs = 30_000;
/** GitHub's answers carry some 8 kB of policy headers. */
const maxResponseHeadBytes = 64 * 1024;

export function createPools(options: PoolsOptions): Pools {
  const connectTimeoutMs = options.connectMs ?? usualConnectMs;
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
      // Not `proxyTls`: undici would speak TLS to a SOCKS proxy then.
      connectTimeout: connectTimeoutMs,
      // Called for origins and, for plain http, for the proxy itself.
      factory: (target, inherited) => new Pool(target, Object.assign({}, inherited, { factory: createTrackedClient })),
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
