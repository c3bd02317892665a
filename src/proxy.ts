/** The composition root: knows every room, decides nothing. */
import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock } from './base/clock.ts';
import type { Caller } from './canonical/caller.ts';
import { parseAliases } from './config/alias-field.ts';
import { parseModelEndpoints } from './config/endpoint-field.ts';
import { createDashboard } from './dashboard/create-dashboard.ts';
import type { LiveSnapshot } from './dashboard/live-snapshot.ts';
import { createGateway } from './gateway/create-gateway.ts';
import { makeOwnerCall, makeOwnerLook } from './gateway/owner-call.ts';
import { createWebSearch } from './gateway/web-search/create-web-search.ts';
import { markedSessions } from './gateway/session.ts';
import { cacheBreakText } from './gateway/prompt-cache/cache-break.ts';
import { createCacheDesk } from './gateway/prompt-cache/cache-desk.ts';
import { createStoredResponses } from './gateway/stored-responses.ts';
import { createAddressSet } from './http/address-set.ts';
import { guardRules } from './http/bind-policy.ts';
import { certificateNames } from './http/certificate-names.ts';
import type { HttpDoorOptions } from './http/create-listener.ts';
import { createDoors } from './http/open-doors.ts';
import { createWebSocketDoor } from './http/web-socket-door.ts';
import { createLimiter } from './limits/create-limiter.ts';
import { createSpending } from './limits/create-spending.ts';
import { createPauseGate } from './limits/pause-gate.ts';
import { isPublicAddress } from './media/address.ts';
import { createRemoteFetcher } from './media/fetch-remote.ts';
import { loadSharp } from './media/load-sharp.ts';
import { createMediaDesk } from './media/media-desk.ts';
import { clientProgram } from './observability/client-program.ts';
import { createCapturing } from './observability/capturing.ts';
import { seatNow, type FiguresNow } from './observability/metrics/figures-now.ts';
import { createExchangeStory } from './observability/exchange-story.ts';
import type { Logger } from './observability/logger.ts';
import { createOutlets } from './observability/outlets.ts';
import { createRedactor } from './observability/redact.ts';
import type { AliasSettings } from './routing/resolve-model.ts';
import { createCallFigures } from './tokens/call-figures.ts';
import { createCountFactors } from './tokens/count-factors.ts';
import { createTokenCounter } from './tokens/token-counter.ts';
import { createTokenDecoder } from './tokens/token-decoder.ts';
import { createWorkerLine } from './tokens/worker-line.ts';
import type { Proxy, ProxyOptions } from './proxy-contract.ts';
import { createAccountUpstreams } from './upstream/account-upstreams.ts';
import { accountConfig } from './upstream/copilot/account-config.ts';
import { createLearnedRules } from './upstream/copilot/learned-rules.ts';
import { ruleText } from './upstream/copilot/learned-rule.ts';
import { cleaned, withCleanErrors } from './upstream/clean-errors.ts';
import { createCopilotUpstream } from './upstream/copilot/copilot-upstream.ts';
import { withQuotaWatch } from './upstream/quota-watch.ts';

export type { Proxy, ProxyOptions, ProxyStatus, Seat } from './proxy-contract.ts';

/** How long the last bytes may be on their way to their clients once the time for draining is over. */
const lastWordsMs = 1_000;
const drainCheckMs = 50;

export function createProxy(options: ProxyOptions): Proxy {
  const { config, store, log, tls, memoryGate, clock = systemClock, redactor = createRedactor() } = options;
  const startedAt = clock.now();
  // What really holds decides, whatever the settings say of it.
  const bind = {
    ...config.server,
    requireKey: options.keys.anonymous === null,
    tlsCert: tls?.cert ?? null,
    tlsKey: tls?.key ?? null,
  };
  const tlsNames = tls === undefined ? [] : certificateNames(tls.cert);
  let draining = false;

  const { captures: kept, callerKeys } = store;
  const { anonymous } = options.keys;
  const captures = createCapturing({ config: config.capture, redactor, store: kept, callerKeys, anonymous, clock });

  const story = createExchangeStory({
    log,
    redactor,
    onEnded: (record) => spending.budgets.settle(record),
    keep(record) {
      store.exchanges.record(record);
      log.exchange(record);
      outlets.observe(record);
      setImmediate(() => captures.finish(record));
    },
  });
  const { events, board, activities, keepRecords } = story;
  const warn: Logger['warn'] = (message, fields) => log.warn(message, fields);
  const outlets = createOutlets({
    config,
    version: options.version,
    traceHeaders: options.traceHeaders ?? {},
    now: figuresNow,
    clock,
    warn,
  });
  if (outlets.listener) events.subscribe(outlets.listener);
  const redact = (text: string) => redactor.redact(text);
  const spending = createSpending({ config: config.limits, store, keepRecords, clock, warn, redact });

  const pauseGate = createPauseGate(spending.budgets);

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
  const newId = () => `cf-${randomUUID()}`;
  const upstreamOf = (accountName: string) => upstreams.of(accountName);
  const ownerGround = { upstreamOf, limiter, guard: pauseGate, events, clock, newId };
  const models = async ({ accountName }: { accountName: string }) => upstreams.of(accountName).models();
  const search = createWebSearch({ config, outside: options, models, clock, newId, warn });
  const gateway = search.over(
    createGateway({
      media,
      caches,
      learned,
      upstreamOf,
      clean: (error) => cleaned(error, redact),
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
      ...(memoryGate && { memoryGate }),
    }),
  );

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
          newSecret: () => `cf_${randomBytes(32).toString('base64url')}`,
          snapshot: liveSnapshot,
        });

  const door: HttpDoorOptions = {
    limits: config.limits,
    clock,
    newId,
    gateway,
    ...(webSocket && { webSocket }),
    models,
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
  };

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
        const soFar = board.soFar(call.id, responseBytes, usage?.outputTokens ?? null);
        return { ...call, keyLabel: labels.get(call.keyId) ?? call.keyId, responseBytes, ...soFar };
      }),
      ended: story.latest,
    };
  }

  const accountsNow = () =>
    upstreams.status().map((one) => {
      const quota = spending.quota.forecast(one.account.name);
      const limits = limiter?.status(one.account.name);
      return { ...one, ...(limits && { limits }), ...(quota && { quota }) };
    });

  function figuresNow(): FiguresNow {
    const seats = accountsNow().map(seatNow);
    return { version: options.version, openExchanges: gateway.open, store: store.health(), seats };
  }

  const doors = createDoors({
    door,
    bind,
    ...(tls && { tls }),
    tlsNames,
    limits: config.limits,
    metrics: { ...config.metrics, ...(outlets.text && { text: outlets.text }) },
    clock,
  });

  let begun = false;

  /** By whoever takes callers, and by no other program on this store. */
  function begin() {
    if (begun) return;
    begun = true;
    store.spend.bookLeftOver(clientProgram);
    captures.start((message) => log.warn(message));
  }

  /** A listener that is mounted elsewhere has connections that no door knows. */
  async function lastExchange() {
    while (gateway.open > 0) await new Promise<void>((resolve) => void clock.after(drainCheckMs, resolve));
  }

  async function closeRooms() {
    dashboard?.close();
    keepRecords();
    await tokenLine.close();
    await fetcher?.close();
    await search.close();
    await outlets.close();
    await upstreams.close();
  }

  let closing: Promise<void> | undefined;

  async function drain() {
    draining = true;
    webSocket?.drain();
    dashboard?.close();
    spending.approvals.close();
    let timer = clock.after(config.limits.drainMs, () => {
      gateway.endAll();
      // A client that does not read never gets the last words, and must not keep the program from ending.
      timer = clock.after(lastWordsMs, () => doors.destroy());
    });
    await doors.close();
    await lastExchange();
    timer.cancel();
    await closeRooms();
  }

  return {
    listener: doors.listener,
    begin,
    events,
    spending,
    async listen() {
      doors.judge();
      begin();
      const opened = await doors.listen();
      // The first caller should not wait for sign-in and catalogue; a failure is said by `status` and by their own calls.
      if (options.accounts.length > 0) {
        const first = upstreams.of();
        first.models().catch(() => undefined);
        // A seat that is as good as spent is to be known before it is asked.
        if (config.limits.quotaStopPercent > 0) first.quota().catch(() => undefined);
      }
      return opened;
    },
    status: () => ({
      ...doors.urls,
      capture: captures.status(),
      startedAt,
      draining,
      openExchanges: gateway.open,
      counters: { ...story.counters },
      upstream: upstreams.defaultStatus(),
      idleAccounts: upstreams.idle(),
      learned: learned.all(),
      accounts: accountsNow(),
    }),
    models: async () => upstreams.of().models(),
    cacheBreaks: (session) => caches.sessionBreaks(session),
    cacheCauses: () => caches.causes(),
    seat: (accountName) => (upstreams.has(accountName) ? upstreams.of(accountName) : undefined),
    ownerCall: (call) => makeOwnerCall(ownerGround, call),
    ownerLook: (accountName, asked, signal) => makeOwnerLook(ownerGround, accountName, asked, signal),
    sessionsOf: (marker) => markedSessions(marker, callerKeys.list()),
    nextCall: (session) => gateway.nextCall(session),
    serveOwner: (ask) => dashboard?.answerWith(ask),
    dashboardLink() {
      const { url } = doors.urls;
      return dashboard === undefined || url === null ? null : `${url}/ui/sign-in?code=${dashboard.newCode()}`;
    },
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
      doors.destroy();
      await (closing ?? closeRooms());
    },
  };
}
