/** Puts the running program together: log, store, simulator, proxy, control socket; and takes it down in reverse. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { systemClock } from '../base/clock.ts';
import { heapLimit } from '../base/heap-limit.ts';
import type { Config } from '../config/config.ts';
import type { Source } from '../config/load-config.ts';
import { createMemoryGate } from '../limits/memory-gate.ts';
import { shownHost } from '../http/bind-policy.ts';
import { createKeyRegistry } from '../http/key-registry.ts';
import { ollamaHost } from '../http/ollama-door.ts';
import { createEventLog } from '../observability/event-log.ts';
import { createLogger } from '../observability/logger.ts';
import type { Logger } from '../observability/logger.ts';
import { createRedactor } from '../observability/redact.ts';
import { createProxy } from '../proxy.ts';
import type { Proxy } from '../proxy.ts';
import type { Scenario } from '../simulator/index.ts';
import { openStore } from '../store/open-store.ts';
import type { Store } from '../store/open-store.ts';
import type { TlsFiles } from '../http/listen.ts';
import type { SignedInAccount } from '../upstream/account-upstreams.ts';
import type { CliContext } from './cli-context.ts';
import { CliError } from './cli-error.ts';
import { environmentAccount } from './environment-account.ts';
import { exitCode } from './exit-code.ts';
import { knownSecrets } from './known-secrets.ts';
import { collectorHeaders } from './collector-headers.ts';
import { webSearchKey } from './web-search-key.ts';

export interface LaunchOptions {
  readonly context: CliContext;
  /** Where database and control socket are; null keeps everything in memory, and nobody can ask. */
  readonly home: string | null;
  readonly config: Config;
  readonly configFile: string | null;
  /** Who set what in `config`. */
  readonly sources?: ReadonlyMap<string, Source>;
  readonly apiKey: string;
  /** Looks again which key that is, after `keys revoke default`; without it `apiKey` stays. */
  readonly readApiKey?: () => Promise<string>;
  /** Who is signed in, the default account first; asked again after a login or logout. `simulate` brings its own. */
  readonly accounts: (store: Store) => Promise<readonly SignedInAccount[]>;
  /** Serves HTTPS; null for plain HTTP. */
  readonly tls?: TlsFiles | null;
  /** A simulated GitHub Copilot in this process takes the place of the real one; null for the real one. */
  readonly simulate: Partial<Scenario> | null;
}

export interface Launched {
  readonly url: string;
  readonly port: number;
  readonly proxy: Proxy;
  readonly log: Logger;
  /** Small values that outlive the program. */
  readonly facts: Store['facts'];
  openExchanges(): number;
  /** Hears of `crossfeed stop`; `now` is its `--now`. */
  onStop(listener: (now: boolean) => void): void;
  /** Lets running exchanges end (`limits.drainMs`), then closes everything. */
  close(): Promise<void>;
  /** Ends running exchanges and closes everything, within a second. */
  closeNow(): Promise<void>;
}

/** Throws `CliError` where the address is taken; whatever was open by then is closed. */
export async function launch(options: LaunchOptions): Promise<Launched> {
  const closers: (() => Promise<void>)[] = [];
  let closing: Promise<void> | undefined;
  // One run, awaited by everybody: a second signal must not end the process while the first still writes.
  const closeAll = () =>
    (closing ??= (async () => {
      for (const close of closers.toReversed()) await close();
    })());
  try {
    return await open(options, closers, closeAll);
  } catch (thrown) {
    await closeAll();
    throw thrown;
  }
}

async function open(
  options: LaunchOptions,
  closers: (() => Promise<void>)[],
  closeAll: () => Promise<void>,
): Promise<Launched> {
  const { context, home } = options;
  const redactor = createRedactor([options.apiKey, ...knownSecrets(context.env)]);
  const log = await openLog(options, redactor);
  closers.push(() => log.close());

  const store = await openStore({
    path: home === null ? ':memory:' : path.join(home, 'crossfeed.db'),
    clock: systemClock,
    onFault: (error) => log.warn(error.message),
    onRecovery: (message) => log.warn(message),
  });
  closers.push(async () => store.close());

  const signedIn = async () => {
    const accounts = await options.accounts(store);
    for (const { githubToken } of accounts) if (githubToken !== null) redactor.add(githubToken);
    return accounts;
  };
  const upstream =
    options.simulate === null
      ? { config: options.config, accounts: await signedIn() }
      : await simulated(options.config, options.simulate, closers);

  const keys = createKeyRegistry({
    defaultKey: { key: options.apiKey, accountName: upstream.accounts[0]?.account.name ?? '' },
    findByDigest: (digest) => store.callerKeys.findByDigest(digest),
    onUse: (keyId) => store.callerKeys.touch(keyId),
    clock: systemClock,
    requireKey: options.config.server.requireKey,
  });
  const searchKey = await webSearchKey(context.env, upstream.config.webSearch);
  if (searchKey !== undefined) redactor.add(searchKey);
  const traceHeaders = await collectorHeaders(context.env, upstream.config.traces);
  for (const value of Object.values(traceHeaders)) redactor.add(value);
  const proxy = createProxy({
    config: upstream.config,
    keys,
    ...(options.tls ? { tls: options.tls } : {}),
    accounts: upstream.accounts,
    store,
    log,
    redactor,
    // A simulator on loopback is never behind the machine's outgoing proxy.
    proxyEnv: options.simulate === null ? context.env : {},
    ...(searchKey === undefined ? {} : { webSearchKey: searchKey }),
    traceHeaders,
    memoryGate: createMemoryGate({ clock: systemClock, limit: heapLimit(context.env['NODE_OPTIONS']) }),
    version: context.version,
    ...(options.config.server.dashboard ? { dashboardFolder: builtPage() } : {}),
  });
  if (options.config.log.level === 'debug') proxy.events.subscribe(createEventLog(log));

  let stop = (_now: boolean): void => undefined;
  if (home !== null || options.config.server.dashboard) {
    const { serveControl } = await import('./serve-control.ts');
    const { configFile, sources } = options;
    // Closed after the proxy: while it drains, `status` says so.
    closers.push(
      await serveControl({
        context,
        home,
        config: upstream.config,
        configFile,
        sources,
        proxy,
        store,
        log,
        redactor,
        stop: (now) => stop(now),
        async reload() {
          store.reload();
          // Whoever is signed out now is gone at once; that nobody is left is said to the callers.
          const accounts = options.simulate === null ? await signedIn().catch(() => []) : upstream.accounts;
          if (options.simulate === null) await proxy.useAccounts(accounts);
          const key = (await options.readApiKey?.()) ?? options.apiKey;
          redactor.add(key);
          keys.setDefault({ key, accountName: accounts[0]?.account.name ?? '' });
        },
      }),
    );
  }
  let closeProxy = () => proxy.close();
  closers.push(() => closeProxy());
  const { url, port } = await listen(proxy, options.config);

  return {
    url,
    port,
    proxy,
    log,
    facts: store.facts,
    openExchanges: () => proxy.status().openExchanges,
    onStop(listener) {
      stop = listener;
    },
    close: closeAll,
    async closeNow() {
      closeProxy = () => Promise.resolve();
      await proxy.closeNow();
      await closeAll();
    },
  };
}

async function openLog({ context, config }: LaunchOptions, redactor: ReturnType<typeof createRedactor>) {
  try {
    return await createLogger({ config: config.log, stdout: context.stdout, redactor, colors: context.colors });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(exitCode.configuration, `The log file cannot be opened: ${reason}.`, { cause });
  }
}

async function simulated(config: Config, scenario: Partial<Scenario>, closers: (() => Promise<void>)[]) {
  const { createSimulator, simulatedGithubToken } = await import('../simulator/index.ts');
  const simulator = createSimulator({ scenario });
  const { url } = await simulator.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => simulator.close());
  return {
    config: { ...config, upstream: { ...config.upstream, githubUrl: url, githubApiUrl: url, copilotApiUrl: null } },
    accounts: [{ account: environmentAccount(simulatedGithubToken), githubToken: simulatedGithubToken }],
  };
}

async function listen(proxy: Proxy, config: Config): Promise<{ url: string; port: number }> {
  try {
    return await proxy.listen();
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : null;
    // The first listener has its port by then.
    const isOllama = proxy.status().url !== null;
    const { host, port } = isOllama ? { host: ollamaHost, port: config.server.ollama.port } : config.server;
    if (code === 'EADDRINUSE') {
      const who =
        !isOllama && (await isCrossfeed(config.server))
          ? 'A Crossfeed of another home (CROSSFEED_HOME)'
          : 'Another program';
      const flag = isOllama ? '--ollama=PORT' : '--port';
      throw new CliError(
        exitCode.failure,
        `${who} listens on ${host}:${port}: stop it, or choose another port with ${flag} (0 takes a free one).`,
        { cause },
      );
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      const reason = code === 'EACCES' ? 'the system does not permit it' : 'this machine has no such address';
      throw new CliError(exitCode.configuration, `Cannot listen on ${host}:${port}: ${reason}.`, { cause });
    }
    throw cause;
  }
}

/** Whether it answers `/` as we do. Whatever else it is gets half a second. */
async function isCrossfeed({ host, port, tlsCert }: Config['server']): Promise<boolean> {
  try {
    const url = `${tlsCert === null ? 'http' : 'https'}://${shownHost(host)}:${port}/`;
    const answer = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(500) });
    return (await answer.text()).startsWith('Crossfeed:');
  } catch {
    return false;
  }
}

/** Beside the compiled program, and where the build puts it when the sources run. */
function builtPage(): string {
  const isCompiled = import.meta.url.endsWith('.js');
  return fileURLToPath(new URL(isCompiled ? '../web' : '../../dist/web', import.meta.url));
}
