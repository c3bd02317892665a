/** A proxy inside somebody else's program: one call with a token and a key, all else has its default. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type { Clock } from './base/clock.ts';
import { systemClock } from './base/clock.ts';
import { configOf, type Settings } from './config/settings.ts';
import { createKeyRegistry } from './http/key-registry.ts';
import { createLogger } from './observability/logger.ts';
import { createRedactor } from './observability/redact.ts';
import type { Proxy, ProxyOptions } from './proxy-contract.ts';
import { createProxy } from './proxy.ts';
import { openStore, type Store } from './store/open-store.ts';
import { tokenKindOf } from './upstream/copilot/github-token.ts';

export interface EmbeddedOptions extends Pick<ProxyOptions, 'tls' | 'proxyEnv' | 'webSearchKey' | 'traceHeaders'> {
  /** Of the person whose seat it is; null for nobody yet (`useAccounts`). Nothing is read from the environment or from files. */
  readonly githubToken: string | null;
  /** What callers must present; null lets everybody in who may come: this machine alone. Further ones: `store.callerKeys`. */
  readonly apiKey: string | null;
  /** As on the page of settings, e.g. `{ 'server.port': 0, 'limits.drainMs': 5000 }`. */
  readonly settings?: Settings;
  /** The file of the ledger and of what was learned, or a store that is open and stays so. In memory unless told. */
  readonly store?: string | Store;
  /** Takes the log, JSON a line, with secrets taken out. Nobody unless told. */
  readonly logTo?: Writable;
  readonly clock?: Clock;
}

export interface EmbeddedProxy extends Omit<Proxy, 'listener' | 'serveOwner' | 'dashboardLink' | 'begin'> {
  /**
   * For a `node:http` server, or a framework on one, in place of `listen`. It looks at `request.url`: where it is mounted
   * below a path, take that off first (Express does). Limits of heads and connections are then that server's, and
   * there are no WebSockets.
   */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void;
  readonly store: Store;
}

const accountName = 'embedded';
const nobodyReads = () => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Rejects with `ConfigError` where a setting cannot be. */
export async function createEmbeddedProxy(options: EmbeddedOptions): Promise<EmbeddedProxy> {
  const {
    githubToken,
    apiKey,
    settings,
    logTo,
    clock = systemClock,
    tls,
    proxyEnv,
    webSearchKey,
    traceHeaders,
  } = options;
  const config = configOf({ 'log.format': 'json', 'server.requireKey': apiKey !== null, ...settings });
  const redactor = createRedactor(
    [apiKey, githubToken, webSearchKey, ...Object.values(traceHeaders ?? {})].filter(
      (secret) => typeof secret === 'string',
    ),
  );
  const log = await createLogger({ config: config.log, stdout: logTo ?? nobodyReads(), redactor });
  const given = typeof options.store === 'object' ? options.store : null;
  const path = typeof options.store === 'string' ? options.store : ':memory:';
  const store =
    given ??
    (await openStore({
      path,
      clock,
      onFault: (error) => log.warn(error.message),
      onRecovery: (message) => log.warn(message),
    }));
  const account = {
    name: accountName,
    login: null,
    host: 'github.com',
    tokenKind: tokenKindOf(githubToken ?? ''),
    secretStore: 'file',
    source: 'program',
    createdAt: 0,
  } as const;
  const proxy = createProxy({
    config,
    keys: createKeyRegistry({
      // A key that nobody knows, where none is needed.
      defaultKey: { key: apiKey ?? globalThis.crypto.randomUUID(), accountName },
      findByDigest: (digest) => store.callerKeys.findByDigest(digest),
      onUse: (keyId) => store.callerKeys.touch(keyId),
      clock,
      requireKey: config.server.requireKey,
    }),
    accounts: githubToken === null ? [] : [{ account, githubToken }],
    store,
    log,
    redactor,
    clock,
    version: ownVersion(),
    proxyEnv: proxyEnv ?? {},
    ...(tls && { tls }),
    ...(webSearchKey !== undefined && { webSearchKey }),
    ...(traceHeaders && { traceHeaders }),
  });
  const closeGround = async () => {
    if (given === null) store.close();
    await log.close();
  };
  return {
    ...proxy,
    get paused() {
      return proxy.paused;
    },
    store,
    // Frameworks hand in a third argument, which means something else to ours.
    listener(request, response) {
      proxy.begin();
      proxy.listener(request, response);
    },
    async close() {
      await proxy.close();
      await closeGround();
    },
    async closeNow() {
      await proxy.closeNow();
      await closeGround();
    },
  };
}

function ownVersion(): string {
  return (createRequire(import.meta.url)('../package.json') as { version: string }).version;
}
