/** The composition root: knows every room, decides nothing. */
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from './base/clock.ts';
import type { Caller } from './canonical/caller.ts';
import type { ExchangeRecord } from './canonical/exchange-record.ts';
import type { Model } from './canonical/model.ts';
import { parseAliases } from './config/alias-field.ts';
import { parseModelEndpoints } from './config/endpoint-field.ts';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config/config.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { createStoredResponses } from './gateway/stored-responses.ts';
import { createAddressSet } from './http/address-set.ts';
import { bareHost, guardRules, judgeBind, judgeOllama, shownHost } from './http/bind-policy.ts';
import { certificateNames } from './http/certificate-names.ts';
import { createListener, type HttpDoorOptions, type Listener } from './http/create-listener.ts';
import type { KeyRegistry } from './http/key-registry.ts';
import { createHttpServer, type TlsFiles } from './http/listen.ts';
import { ollamaDoor, ollamaHost } from './http/ollama-door.ts';
import { createWebSocketDoor } from './http/web-socket-door.ts';
import { createLimiter } from './limits/create-limiter.ts';
import type { LimiterStatus } from './limits/limiter.ts';
import { isPublicAddress } from './media/address.ts';
import { createRemoteFetcher, type FetcherOptions } from './media/fetch-remote.ts';
import type { LoadImageLibrary } from './media/image-library.ts';
import { loadSharp } from './media/load-sharp.ts';
import { createMediaDesk } from './media/media-desk.ts';
import { createEventBus, type EventBus } from './observability/event-bus.ts';
import { createExchangeRecorder } from './observability/exchange-recorder.ts';
import { createKeyActivities } from './observability/key-activity.ts';
import type { Logger } from './observability/logger.ts';
import { redactRecord } from './observability/redact-record.ts';
import { createRedactor, type Redactor } from './observability/redact.ts';
import type { AliasSettings } from './routing/resolve-model.ts';
import type { Store } from './store/open-store.ts';
import { createCountFactors } from './tokens/count-factors.ts';
import { createTokenCounter } from './tokens/token-counter.ts';
import { createTokenDecoder } from './tokens/token-decoder.ts';
import { createWorkerLine } from './tokens/worker-line.ts';
import { createAccountUpstreams, type AccountStatus, type SignedInAccount } from './upstream/account-upstreams.ts';
import { accountConfig } from './upstream/copilot/account-config.ts';
import { createLearnedRules } from './upstream/copilot/learned-rules.ts';
import { ruleText, type LearnedRule } from './upstream/copilot/learned-rule.ts';
import { withCleanErrors } from './upstream/clean-errors.ts';
import { createCopilotUpstream } from './upstream/copilot/copilot-upstream.ts';
import type { Upstream, UpstreamStatus } from './upstream/upstream.ts';

export interface ProxyOptions {
  readonly config: Config;
  /** The GitHub logins that keys may belong to; the first is the default. */
  readonly accounts: readonly SignedInAccount[];
  /** Whose key a presented one is, e.g. `createKeyRegistry`. */
  readonly keys: KeyRegistry;
  /** What `server.tlsCert` and `server.tlsKey` hold. */
  readonly tls?: TlsFiles;
  readonly store: Store;
  readonly log: Logger;
  /** Learns every secret that the proxy holds, and cleans what is recorded: best the one that `log` uses. */
  readonly redactor?: Redactor;
  readonly version: string;
  /** HTTP_PROXY and its kin, for the way to GitHub. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** For tests: the image library, and the internet as fetched images see it. */
  readonly mediaGround?: Pick<FetcherOptions, 'isPublic' | 'lookup' | 'maxBytes' | 'totalMs'> & {
    readonly loadLibrary?: LoadImageLibrary;
  };
}

export interface ProxyStatus {
  /** The origin that callers use; null before `listen`. */
  readonly url: string | null;
  /** That of the second listener, for Ollama's tools; null without one. */
  readonly ollamaUrl: string | null;
  /** Wall time in ms since the epoch. */
  readonly startedAt: number;
  readonly draining: boolean;
  readonly openExchanges: number;
  readonly counters: { readonly exchanges: number; readonly failed: number; readonly canceled: number };
  /** The default account's. */
  readonly upstream: UpstreamStatus;
  /** Every account in use; the default first. */
  readonly accounts: readonly (AccountStatus & { readonly limits?: LimiterStatus })[];
  /** The names of those that are signed in and were not needed yet. */
  readonly idleAccounts: readonly string[];
  /** What models were found to refuse, and is left out for some days. */
  readonly learned: readonly LearnedRule[];
}

/** What the owner may ask and tell of one account's seat; callers with a key may not. */
export type Seat = Pick<
  Upstream,
  'models' | 'quota' | 'otherRoadModels' | 'modelTerms' | 'enableModel' | 'resume' | 'status'
>;

export interface Proxy {
  /** A `node:http` request listener, to mount where `listen` is not wanted. */
  readonly listener: Listener;
  readonly events: EventBus;
  /** Rejects with `ConfigError` where the settings would let in whom they should not, before it listens. */
  listen(): Promise<{ readonly url: string; readonly port: number }>;
  status(): ProxyStatus;
  /** The models of the default account's seat. */
  models(): Promise<readonly Model[]>;
  /** The seat of that account, the default one without a name; undefined where there is no such account. */
  seat(accountName?: string): Seat | undefined;
  /** Forgets one learned rule by its id, or all without one; those that were forgotten. */
  forget(ruleId?: string): readonly LearnedRule[];
  /** After a login or logout: what runs for an account that is gone ends. */
  useAccounts(accounts: readonly SignedInAccount[]): Promise<void>;
  /** Takes no new requests, waits for the running ones up to `limits.drainMs`, ends those that are left, closes. */
  close(): Promise<void>;
  /** Ends the running ones at once and closes. */
  closeNow(): Promise<void>;
}

/** How long the last bytes may be on their way to their clients once the time for draining is over. */
const lastWordsMs = 1_000;

export function createProxy(options: ProxyOptions): Proxy {
  const { config, store, log, clock = systemClock, redactor = createRedactor() } = options;
  const startedAt = clock.now();
  const { tls } = options;
  // What really holds decides, whatever the settings say of it.
  const bind = {
    ...config.server,
    requireKey: options.keys.anonymous === null,
    tlsCert: tls?.cert ?? null,
    tlsKey: tls?.key ?? null,
  };
  const tlsNames = tls === undefined ? [] : certificateNames(tls.cert);
  const counters = { exchanges: 0, failed: 0, canceled: 0 };
  let url: string | null = null;
  let ollamaUrl: string | null = null;
  let draining = false;

  /** An answer's last bytes are written at the end of the turn: log and ledger wait for the next, and cost it nothing. */
  const ended: ExchangeRecord[] = [];
  function keepRecords() {
    for (const record of ended.splice(0)) {
      store.exchanges.record(record);
      log.exchange(record);
    }
  }

  const events = createEventBus((thrown) =>
    log.error('a listener of exchange events failed', { error: String(thrown) }),
  );
  events.subscribe(
    createExchangeRecorder((raw) => {
      const record = redactRecord(raw, redactor);
      counters.exchanges += 1;
      if (record.outcome !== 'finished') counters[record.outcome] += 1;
      if (ended.push(record) === 1) setImmediate(keepRecords);
    }),
  );

  const activities = createKeyActivities();
  events.subscribe((event) => activities.observe(event));

  const upstreams = createAccountUpstreams(options.accounts, ({ account, githubToken }) => {
    if (githubToken !== null) redactor.add(githubToken);
    const upstream = createCopilotUpstream({
      config: accountConfig(config.upstream, account),
      identity: config.identity,
      limits: config.limits,
      githubToken,
      accountName: account.name,
      accountHost: account.host,
      onSecret: (bearer) => redactor.addRenewed(bearer),
      clock,
      newId: randomUUID,
      random: Math.random,
      memory: store.facts,
      notice: (level, message, fields) => log[level](message, { account: account.name, ...fields }),
      ...(options.proxyEnv ? { proxyEnv: options.proxyEnv } : {}),
    });
    return withCleanErrors(upstream, (text) => redactor.redact(text));
  });

  const tokenLine = createWorkerLine({ clock });
  const tokens = createTokenDecoder(tokenLine);
  const aliases: AliasSettings = {
    key: {},
    config: parseAliases(config.models.aliases),
    shippedOff: config.models.shippedAliasesOff,
  };
  const { pace } = config.limits;
  const limiter = pace.enabled ? createLimiter({ config: pace, clock }) : undefined;
  const learned = createLearnedRules({
    memory: store.facts,
    clock,
    days: config.upstream.learnedDays,
    onLearned: (rule) =>
      log.info(`learned from a refusal: ${ruleText(rule)}`, { rule: rule.id, days: config.upstream.learnedDays }),
  });
  const { loadLibrary = loadSharp, ...internet } = options.mediaGround ?? {};
  const fetcher = config.media.fetchRemote
    ? createRemoteFetcher({ clock, ports: config.media.fetchPorts, ...internet })
    : null;
  const media = createMediaDesk({
    loadLibrary,
    fetcher,
    policy: { isPublic: internet.isPublic ?? isPublicAddress },
    disabledRules: new Set(config.upstream.disabledRules),
  });
  const gateway = createGateway({
    media,
    learned,
    upstreamOf: (accountName) => upstreams.of(accountName),
    limits: config.limits,
    // A rule that is only there to be switched on.
    disabledRules: [...config.upstream.disabledRules, ...(config.upstream.cacheTtl ? ['no-cache-ttl'] : [])],
    events,
    clock,
    aliases,
    checksGrammar: config.log.level === 'debug',
    endpointOverrides: parseModelEndpoints(config.models.endpoints),
    decodeTokens: (tokenizer, list) => tokens.decode(tokenizer, list),
    counts: { counter: createTokenCounter({ line: tokenLine, clock }), factors: createCountFactors(store.facts) },
    tiers: config.models,
    responses: store.responses,
    ...(limiter ? { limiter } : {}),
  });

  const newId = () => `cf-${randomUUID()}`;
  const isDraining = () => draining;
  const webSocket = config.server.webSocket
    ? createWebSocketDoor({ limits: config.limits, clock, newId, gateway, draining: isDraining })
    : undefined;

  const door: HttpDoorOptions = {
    limits: config.limits,
    clock,
    newId,
    gateway,
    ...(webSocket && { webSocket }),
    models: async ({ accountName }) => upstreams.of(accountName).models(),
    names: { aliases, contextTier: config.models.contextTier, longContext: config.models.longContext },
    keys: options.keys,
    guard: guardRules(bind, tlsNames),
    trustedProxies: bind.behindProxy.length === 0 ? null : createAddressSet(bind.behindProxy),
    ready() {
      const states = upstreams.status().map(({ upstream }) => upstream);
      if (states.some(({ ready }) => ready)) return { ready: true };
      const { problem } = upstreams.defaultStatus();
      return { ready: false, reason: problem?.message ?? 'The upstream is not reachable yet.' };
    },
    draining: isDraining,
    responses: createStoredResponses(store.responses),
    own: {
      status: ownStatus,
      async exchange(id, { keyId }) {
        const record = await store.exchanges.find(id);
        return record?.keyId === keyId ? record : undefined;
      },
    },
  };
  const listener = createListener(door);

  /** What a key may know: itself and its own seat, never another one's. */
  function ownStatus({ keyId, label, accountName, models, project, aliases = {} }: Caller) {
    return {
      startedAt,
      draining,
      key: { id: keyId, label, models, project, aliases },
      account: accountName,
      learned: learned.all(),
      ...activities.of(keyId),
      upstream: upstreams.of(accountName).status(),
      ...(limiter ? { limits: limiter.status(accountName) } : {}),
    };
  }

  const server = createHttpServer(listener, { limits: config.limits, clock, ...(tls && { tls }) });
  const { ollama } = config.server;
  const ollamaServer =
    ollama.port === null
      ? null
      : createHttpServer(createListener(ollamaDoor(door, ollama, bind)), { limits: config.limits, clock });
  const destroyServers = () => {
    server.destroy();
    ollamaServer?.destroy();
  };

  async function closeRooms() {
    keepRecords();
    await tokenLine.close();
    await fetcher?.close();
    await upstreams.close();
  }

  let closing: Promise<void> | undefined;

  async function drain() {
    draining = true;
    webSocket?.drain();
    let timer = clock.after(config.limits.drainMs, () => {
      gateway.endAll();
      // A client that does not read never gets the last words, and must not keep the program from ending.
      timer = clock.after(lastWordsMs, destroyServers);
    });
    await Promise.all([server.close(), ollamaServer?.close()]);
    timer.cancel();
    await closeRooms();
  }

  return {
    listener,
    events,
    async listen() {
      if (tls === undefined && config.server.tlsCert !== null)
        throw new ConfigError(['server.tlsCert is set, and no certificate was handed in.']);
      for (const verdict of [judgeBind(bind), judgeOllama({ ...config.server, ...bind })])
        if (!verdict.allowed) throw new ConfigError([verdict.reason]);
      const { port } = await server.listen({ host: bareHost(bind.host), port: bind.port });
      url = `${tls === undefined ? 'http' : 'https'}://${shownHost(bind.host, tlsNames)}:${port}`;
      if (ollamaServer !== null && ollama.port !== null) {
        const second = await ollamaServer.listen({ host: ollamaHost, port: ollama.port });
        ollamaUrl = `http://${ollamaHost}:${second.port}`;
      }
      // The first caller should not wait for sign-in and catalogue; a failure is said by `status` and by their own calls.
      if (options.accounts.length > 0)
        upstreams
          .of()
          .models()
          .catch(() => undefined);
      return { url, port };
    },
    status: () => ({
      url,
      ollamaUrl,
      startedAt,
      draining,
      openExchanges: gateway.open,
      counters: { ...counters },
      upstream: upstreams.defaultStatus(),
      idleAccounts: upstreams.idle(),
      learned: learned.all(),
      accounts: upstreams.status().map((one) => (limiter ? { ...one, limits: limiter.status(one.account.name) } : one)),
    }),
    models: async () => upstreams.of().models(),
    seat: (accountName) => (upstreams.has(accountName) ? upstreams.of(accountName) : undefined),
    forget: (ruleId) => learned.forget(ruleId),
    useAccounts: (accounts) => upstreams.replace(accounts),
    close: () => (closing ??= drain()),
    async closeNow() {
      draining = true;
      gateway.endAll();
      destroyServers();
      await (closing ?? closeRooms());
    },
  };
}
