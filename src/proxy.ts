/** The composition root: knows every room, decides nothing. */
import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock, type Clock } from './base/clock.ts';
import type { CacheBreak, CacheCause } from './canonical/cache-finding.ts';
import type { Caller } from './canonical/caller.ts';
import type { CaptureStatus } from './canonical/capture.ts';
import type { ExchangeRecord } from './canonical/exchange-record.ts';
import type { Model } from './canonical/model.ts';
import type { QuotaForecast } from './canonical/quota-forecast.ts';
import type { NextCall } from './canonical/next-call.ts';
import { parseAliases } from './config/alias-field.ts';
import { parseModelEndpoints } from './config/endpoint-field.ts';
import { ConfigError } from './config/config-error.ts';
import type { Config } from './config/config.ts';
import { createDashboard, type OwnerQuestions } from './dashboard/create-dashboard.ts';
import type { LiveSnapshot } from './dashboard/live-snapshot.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { markedSessions, type MarkedSession } from './gateway/session.ts';
import { cacheBreakText } from './gateway/prompt-cache/cache-break.ts';
import { createCacheDesk } from './gateway/prompt-cache/cache-desk.ts';
import { createStoredResponses } from './gateway/stored-responses.ts';
import { createAddressSet } from './http/address-set.ts';
import { bareHost, guardRules, judgeBind, shownHost } from './http/bind-policy.ts';
import { certificateNames } from './http/certificate-names.ts';
import { createListener, type Listener } from './http/create-listener.ts';
import type { KeyRegistry } from './http/key-registry.ts';
import { createHttpServer, type TlsFiles } from './http/listen.ts';
import { createWebSocketDoor } from './http/web-socket-door.ts';
import { createLimiter } from './limits/create-limiter.ts';
import { createSpending, type Spending } from './limits/create-spending.ts';
import { createPauseGate } from './limits/pause-gate.ts';
import type { LimiterStatus } from './limits/limiter.ts';
import { clientProgram } from './observability/client-program.ts';
import { createCapturing } from './observability/capturing.ts';
import { createEventBus, type EventBus } from './observability/event-bus.ts';
import { createExchangeRecorder } from './observability/exchange-recorder.ts';
import { createLiveBoard } from './observability/live-board.ts';
import { createKeyActivities } from './observability/key-activity.ts';
import type { Logger } from './observability/logger.ts';
import { redactRecord } from './observability/redact-record.ts';
import { createRedactor, type Redactor } from './observability/redact.ts';
import type { AliasSettings } from './routing/resolve-model.ts';
import type { Store } from './store/open-store.ts';
import { createCallFigures } from './tokens/call-figures.ts';
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
import { withQuotaWatch } from './upstream/quota-watch.ts';
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
  /** The folder of the dashboard's built page; without it none is served. */
  readonly dashboardFolder?: string;
  /** HTTP_PROXY and its kin, for the way to GitHub. */
  readonly proxyEnv?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
}

export interface ProxyStatus {
  /** The origin that callers use; null before `listen`. */
  readonly url: string | null;
  /** Wall time in ms since the epoch. */
  readonly startedAt: number;
  readonly draining: boolean;
  readonly openExchanges: number;
  /** What of prompts and answers is kept; null where nothing is, and nothing was. */
  readonly capture: CaptureStatus | null;
  readonly counters: { readonly exchanges: number; readonly failed: number; readonly canceled: number };
  /** The default account's. */
  readonly upstream: UpstreamStatus;
  /** Every account in use; the default first. */
  readonly accounts: readonly (AccountStatus & { readonly limits?: LimiterStatus; readonly quota?: QuotaForecast })[];
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
  /** What broke the prompt cache of a session (its whole id), the latest first: since the start, in memory only. */
  cacheBreaks(session: string): readonly CacheBreak[];
  /** How often a prompt was not cached as expected, by cause, since the start. */
  cacheCauses(): Readonly<Record<CacheCause, number>>;
  /** The seat of that account, the default one without a name; undefined where there is no such account. */
  seat(accountName?: string): Seat | undefined;
  /** Budgets, calls that wait for the owner's word, and where the quota is heading. */
  readonly spending: Spending;
  /** The sessions that a client's own marker means: one a key. */
  sessionsOf(marker: string): readonly MarkedSession[];
  /** What the next call of a session would take; undefined where nothing is known of it. */
  nextCall(session: string): NextCall | undefined;
  /** Answers the dashboard's questions from now on; until then it has no answers. */
  serveOwner(ask: OwnerQuestions): void;
  /** Opens the dashboard once, within ten minutes; null where none is served, and before `listen`. */
  dashboardLink(): string | null;
  readonly paused: boolean;
  /** Holds every new call back, or lets them go on. */
  pause(on: boolean): void;
  /** Ends one exchange under way. Whether there was one. */
  stopExchange(id: string): boolean;
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
/** What the dashboard shows of what has just ended. */
const latestKept = 30;

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
  let draining = false;

  /** An answer's last bytes are written at the end of the turn: log and ledger wait for the next, and cost it nothing. */
  const ended: ExchangeRecord[] = [];
  function keepRecords() {
    for (const record of ended.splice(0)) {
      store.exchanges.record(record);
      log.exchange(record);
      setImmediate(() => captures.finish(record));
    }
  }

  const board = createLiveBoard();
  let latest: readonly ExchangeRecord[] = [];

  const { captures: kept, callerKeys } = store;
  const { anonymous } = options.keys;
  const captures = createCapturing({ config: config.capture, redactor, store: kept, callerKeys, anonymous, clock });

  const events = createEventBus((thrown) =>
    log.error('a listener of exchange events failed', { error: String(thrown) }),
  );
  events.subscribe(
    createExchangeRecorder((raw) => {
      const record = redactRecord(raw, redactor);
      counters.exchanges += 1;
      if (record.outcome !== 'finished') counters[record.outcome] += 1;
      spending.budgets.settle(record);
      latest = [record, ...latest].slice(0, latestKept);
      if (ended.push(record) === 1) setImmediate(keepRecords);
    }),
  );

  const warn: Logger['warn'] = (message, fields) => log.warn(message, fields);
  const redact = (text: string) => redactor.redact(text);
  const spending = createSpending({ config: config.limits, store, keepRecords, clock, warn, redact });

  const pauseGate = createPauseGate(spending.budgets);

  const activities = createKeyActivities();
  events.subscribe((event) => activities.observe(event));
  events.subscribe((event) => board.observe(event));

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
    const clean = withCleanErrors(upstream, (text) => redactor.redact(text));
    return withQuotaWatch(clean, {
      clock,
      onQuota(quota, wasAsked) {
        spending.quota.observe(account.name, quota);
        keepRecords();
        store.readings.observe(account.name, quota, wasAsked);
      },
    });
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
  const caches = createCacheDesk({
    events,
    clock,
    onBreak: (session, { cause, block, change, model, exchangeId, lostTokens, costNanoAiu }) =>
      log.warn(cacheBreakText(cause, block, change), { session, model, exchange: exchangeId, lostTokens, costNanoAiu }),
  });
  const gateway = createGateway({
    caches,
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
    figures: createCallFigures(store.facts, clock),
    tiers: config.models,
    captures,
    spendGuard: pauseGate,
    responses: store.responses,
    ...(limiter ? { limiter } : {}),
  });

  const newId = () => `cf-${randomUUID()}`;
  const isDraining = () => draining;
  const webSocket = config.server.webSocket
    ? createWebSocketDoor({ limits: config.limits, clock, newId, gateway, draining: isDraining })
    : undefined;

  const dashboard =
    options.dashboardFolder === undefined
      ? undefined
      : createDashboard({
          folder: options.dashboardFolder,
          clock,
          newSecret: () => randomBytes(32).toString('base64url'),
          snapshot: liveSnapshot,
        });

  const listener = createListener({
    limits: config.limits,
    clock,
    newId,
    gateway,
    ...(webSocket && { webSocket }),
    models: async ({ accountName }) => upstreams.of(accountName).models(),
    names: { aliases, contextTier: config.models.contextTier, longContext: config.models.longContext },
    keys: options.keys,
    ...(dashboard && { dashboard: dashboard.door }),
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
      ledger: store.ledger,
      standing: spending.standing,
      async exchange(id, { keyId }) {
        const record = await store.exchanges.find(id);
        return record?.keyId === keyId ? record : undefined;
      },
    },
  });

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

  /** Asked twice a second while somebody looks. */
  function liveSnapshot(): LiveSnapshot {
    const labels = new Map(store.callerKeys.list().map(({ id, label }) => [id, label]));
    return {
      now: clock.now(),
      draining,
      paused: pauseGate.paused,
      approvals: spending.approvals.waiting().length,
      accounts: accountsNow(),
      open: board.open().map((call) => {
        const { responseBytes = 0, usage } = gateway.progress(call.id) ?? {};
        const keyLabel = labels.get(call.keyId) ?? call.keyId;
        return { ...call, keyLabel, responseBytes, outputTokens: usage?.outputTokens ?? null };
      }),
      ended: latest,
    };
  }

  const accountsNow = () =>
    upstreams.status().map((one) => {
      const quota = spending.quota.forecast(one.account.name);
      const limits = limiter?.status(one.account.name);
      return { ...one, ...(limits && { limits }), ...(quota && { quota }) };
    });

  const server = createHttpServer(listener, { limits: config.limits, clock, ...(tls && { tls }) });

  async function closeRooms() {
    dashboard?.close();
    keepRecords();
    await tokenLine.close();
    await upstreams.close();
  }

  let closing: Promise<void> | undefined;

  async function drain() {
    draining = true;
    webSocket?.drain();
    dashboard?.close();
    let timer = clock.after(config.limits.drainMs, () => {
      gateway.endAll();
      // A client that does not read never gets the last words, and must not keep the program from ending.
      timer = clock.after(lastWordsMs, () => server.destroy());
    });
    await server.close();
    timer.cancel();
    await closeRooms();
  }

  return {
    listener,
    events,
    spending,
    async listen() {
      if (tls === undefined && config.server.tlsCert !== null)
        throw new ConfigError(['server.tlsCert is set, and no certificate was handed in.']);
      const verdict = judgeBind(bind);
      if (!verdict.allowed) throw new ConfigError([verdict.reason]);
      store.spend.bookLeftOver(clientProgram);
      captures.start((message) => log.warn(message));
      const { port } = await server.listen({ host: bareHost(bind.host), port: bind.port });
      url = `${tls === undefined ? 'http' : 'https'}://${shownHost(bind.host, tlsNames)}:${port}`;
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
      capture: captures.status(),
      startedAt,
      draining,
      openExchanges: gateway.open,
      counters: { ...counters },
      upstream: upstreams.defaultStatus(),
      idleAccounts: upstreams.idle(),
      learned: learned.all(),
      accounts: accountsNow(),
    }),
    models: async () => upstreams.of().models(),
    cacheBreaks: (session) => caches.sessionBreaks(session),
    cacheCauses: () => caches.causes(),
    seat: (accountName) => (upstreams.has(accountName) ? upstreams.of(accountName) : undefined),
    sessionsOf: (marker) => markedSessions(marker, callerKeys.list()),
    nextCall: (session) => gateway.nextCall(session),
    serveOwner: (ask) => dashboard?.answerWith(ask),
    dashboardLink: () =>
      dashboard === undefined || url === null ? null : `${url}/ui/sign-in?code=${dashboard.newCode()}`,
    get paused() {
      return pauseGate.paused;
    },
    pause: (on) => pauseGate.pause(on),
    stopExchange: (id) => gateway.stop(id),
    forget: (ruleId) => learned.forget(ruleId),
    useAccounts: (accounts) => upstreams.replace(accounts),
    close: () => (closing ??= drain()),
    async closeNow() {
      draining = true;
      gateway.endAll();
      server.destroy();
      await (closing ?? closeRooms());
    },
  };
}
