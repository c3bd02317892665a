/** A proxy on a simulated GitHub, in this process: what every end-to-end test starts with. */
import {
  defaultConfig,
  type CaptureConfig,
  type Config,
  type LimitsConfig,
  type MediaConfig,
  type MetricsConfig,
  type TracesConfig,
  type ModelsConfig,
  type PaceConfig,
  type ServerConfig,
  type UpstreamConfig,
  type WebSearchConfig,
} from '../../src/config/config.ts';
import { systemClock, type Clock } from '../../src/base/clock.ts';
import type { Logger } from '../../src/observability/logger.ts';
import { createKeyRegistry, type StoredKey } from '../../src/http/key-registry.ts';
import { createProxy, type Proxy, type ProxyOptions } from '../../src/proxy.ts';
import {
  createSimulator,
  simulatedGithubToken,
  type Simulator,
  type SimulatorOptions,
} from '../../src/simulator/index.ts';
import { openStore, type Store } from '../../src/store/open-store.ts';
import type { SignedInAccount } from '../../src/upstream/account-upstreams.ts';
import { testAccount } from './test-account.ts';

export interface StartProxyOptions {
  readonly simulator?: SimulatorOptions;
  readonly limits?: Partial<Omit<LimitsConfig, 'pace'>>;
  /** Tests go as fast as they can, unless they say how they want to be paced. */
  readonly pace?: Partial<PaceConfig>;
  readonly upstream?: Partial<UpstreamConfig>;
  readonly server?: Partial<ServerConfig>;
  /** Serves HTTPS at the data port. */
  readonly tls?: NonNullable<ProxyOptions['tls']>;
  readonly models?: Partial<ModelsConfig>;
  readonly capture?: Partial<CaptureConfig>;
  readonly media?: Partial<MediaConfig>;
  readonly mediaGround?: ProxyOptions['mediaGround'];
  readonly webSearch?: Partial<WebSearchConfig>;
  readonly metrics?: Partial<MetricsConfig>;
  readonly traces?: Partial<TracesConfig>;
  readonly traceHeaders?: Readonly<Record<string, string>>;
  readonly webSearchKey?: string;
  /** The simulator's exchanged kind by default; null starts without a login. */
  readonly githubToken?: string | null;
  /** Accounts beside the default one. */
  readonly accounts?: readonly SignedInAccount[];
  /** Further keys by the SHA-256 of the key, in hex. */
  readonly findByDigest?: (digestHex: string) => StoredKey | undefined;
  readonly clock?: Clock;
  /** The database's file, for what outlives a restart; in memory unless told. */
  readonly storePath?: string;
  /** HTTPS_PROXY and its kin, for the way to GitHub. */
  readonly proxyEnv?: Readonly<Record<string, string>>;
}

export interface StartedProxy {
  /** The origin, without slash or `/v1`. */
  readonly url: string;
  readonly key: string;
  /** The simulator's origin. */
  readonly upstreamUrl: string;
  readonly proxy: Proxy;
  readonly simulator: Simulator;
  readonly store: Store;
  /** What went wrong behind the callers' backs: lines at level warn and error, and faults of the store. */
  readonly complaints: readonly string[];
  /** Ends the proxy first, so that the simulator sees its streams closed by it. */
  close(): Promise<void>;
}

export const testKey = 'cf_test-key-of-the-end-to-end-tests';

/** Keeps what a person should have seen: a test that passes beside a fault in the log has not passed. */
function recordingLogger(complaints: string[]): Logger {
  const keep = (message: string) => void complaints.push(message);
  return { error: keep, warn: keep, info: () => {}, debug: () => {}, exchange: () => {}, close: async () => {} };
}

export async function startProxy(options: StartProxyOptions = {}): Promise<StartedProxy> {
  const clock = options.clock ?? systemClock;
  const simulator = createSimulator(options.simulator);
  const { url: origin } = await simulator.listen();
  const config: Config = {
    ...defaultConfig,
    server: { ...defaultConfig.server, port: 0, ...options.server },
    limits: { ...defaultConfig.limits, ...options.limits, pace: paceOf(options.pace) },
    models: { ...defaultConfig.models, ...options.models },
    capture: { ...defaultConfig.capture, ...options.capture },
    media: { ...defaultConfig.media, ...options.media },
    webSearch: { ...defaultConfig.webSearch, ...options.webSearch },
    metrics: { ...defaultConfig.metrics, ...options.metrics },
    traces: { ...defaultConfig.traces, ...options.traces },
    // What is translated is held to its protocol's grammar.
    log: { ...defaultConfig.log, level: 'debug' },
    upstream: {
      ...defaultConfig.upstream,
      githubUrl: origin,
      githubApiUrl: origin,
      ...options.upstream,
    },
  };
  const complaints: string[] = [];
  const store = await openStore({
    path: options.storePath ?? ':memory:',
    clock,
    onFault: (error) => complaints.push(error.message),
  });
  const proxy = createProxy({
    config,
    keys: createKeyRegistry({
      defaultKey: { key: testKey, accountName: testAccount.name },
      clock,
      requireKey: config.server.requireKey,
      ...(options.findByDigest && { findByDigest: options.findByDigest }),
    }),
    accounts: [
      {
        account: testAccount,
        githubToken: options.githubToken === undefined ? simulatedGithubToken : options.githubToken,
      },
      ...(options.accounts ?? []),
    ],
    store,
    log: recordingLogger(complaints),
    clock,
    ...(options.traceHeaders && { traceHeaders: options.traceHeaders }),
    ...(options.webSearchKey && { webSearchKey: options.webSearchKey }),
    ...(options.mediaGround && { mediaGround: options.mediaGround }),
    ...(options.tls && { tls: options.tls }),
    ...(options.proxyEnv && { proxyEnv: options.proxyEnv }),
    version: '0.0.0-test',
  });
  proxy.events.subscribe((event) => {
    if (event.type !== 'edited') return;
    for (const { rule, reason } of event.edits) if (rule === 'grammar-fault') complaints.push(reason);
  });
  const { url } = await proxy.listen();
  return {
    url,
    key: testKey,
    upstreamUrl: origin,
    proxy,
    simulator,
    store,
    complaints,
    async close() {
      await proxy.closeNow();
      await simulator.close();
      store.close();
    },
  };
}

function paceOf(pace: Partial<PaceConfig> | undefined): PaceConfig {
  return { ...defaultConfig.limits.pace, enabled: pace !== undefined, ...pace };
}
