/** GitHub Copilot behind the `Upstream` contract: puts the rooms' pieces together, decides nothing itself. */
import type { Clock } from '../../base/clock.ts';
import { singleFlight } from '../../base/single-flight.ts';
import type { IdentityConfig, LimitsConfig, UpstreamConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { Upstream, UpstreamReceiver, UpstreamStatus } from '../upstream.ts';
import { createAbuseLatch } from './abuse-latch.ts';
import { createApiVersions } from './api-versions.ts';
import type { Memory } from './api-versions.ts';
import { startCall } from './call.ts';
import type { CallDeps, CallRequest, RunningCall } from './call.ts';
import { acceptTerms, fetchCatalogue } from './catalogue-call.ts';
import type { StartCall } from './catalogue-call.ts';
import { createPools } from './dispatcher.ts';
import { createTargets } from './endpoints.ts';
import { resolveRoad, tokenKindOf } from './github-token.ts';
import { headersWithoutBearer, identityOf } from './identity-headers.ts';
import { lookUp } from './look.ts';
import { createModelCatalog } from './model-catalog.ts';
import { createNetworkWatch } from './network-watch.ts';
import { onlyThere, otherRoadOf, unheard } from './other-road.ts';
import type { ProxyEnv } from './proxy-env.ts';
import { askQuota } from './quota.ts';
import { isBlockOfAccount } from './refusal-causes.ts';
import { createReachWatch } from './reach-watch.ts';
import { createRetryBudget } from './retry-budget.ts';
import { cachedHeaders, linkSeat } from './seat-link.ts';
import type { SeatLinkOptions } from './seat-link.ts';
import { createSleepWatch } from './sleep-watch.ts';
import { githubRefusal } from './token-exchange.ts';

export interface CopilotUpstreamOptions {
  readonly config: UpstreamConfig;
  readonly identity: IdentityConfig;
  readonly limits: Pick<
    LimitsConfig,
    'upstreamHeadMs' | 'upstreamHeadNonStreamingMs' | 'maxAnswerBytes' | 'maxEventBytes'
  >;
  readonly githubToken: string | null;
  /** What the abuse latch is remembered by; `default` unless told. */
  readonly accountName?: string;
  /** The account's host: the token of a tenant (`sub.ghe.com`) goes to that tenant's hosts alone. */
  readonly accountHost?: string;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  /** Small values kept between runs: the API version that worked, the abuse latch. */
  readonly memory?: Memory;
  /** One line for the log: a refresh failed, a host moved. Never a secret. */
  readonly notice?: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
  /** Hears of every Copilot token that GitHub hands out, so that a log can leave it out by value. */
  readonly onSecret?: (secret: string) => void;
  /** The values of HTTP_PROXY, HTTPS_PROXY, NO_PROXY and ALL_PROXY, upper or lower case. */
  readonly proxyEnv?: ProxyEnv;
  /** The machine's own addresses, as one text: the system's unless told. */
  readonly addresses?: () => string;
  /** How long connecting may take; ten seconds unless told. */
  readonly connectMs?: number;
}

export function createCopilotUpstream(options: CopilotUpstreamOptions): Upstream {
  const { config, limits, clock, random, memory, accountHost, onSecret, accountName = 'default' } = options;
  const githubToken = options.githubToken ?? '';
  const kind = tokenKindOf(githubToken);
  const identity = identityOf(options.identity, kind);
  const notice = options.notice ?? (() => undefined);
  const pools = createPools({
    allowH2: config.allowH2,
    proxyEnv: options.proxyEnv ?? {},
    connectMs: options.connectMs,
  });
  const versions = createApiVersions(config.apiVersions, memory);
  const latch = createAbuseLatch({ accountName, clock, memory, notice });
  const linkOptions: Omit<SeatLinkOptions, 'road'> = {
    config,
    identity,
    githubToken,
    pools,
    clock,
    notice,
    accountHost,
    random,
    onSecret,
    watch(reply) {
      if (isBlockOfAccount(reply.status, reply.text)) latch.blocked(githubRefusal(reply));
    },
  };
  const road = resolveRoad(options.githubToken, config.road);
  const link = road instanceof ProxyError ? road : linkSeat({ ...linkOptions, road });
  const open = new Set<RunningCall>();
  /** The upstream refused the login twice; a later success clears it. */
  let loginRefused: ProxyError | null = null;
  let closed = false;
  const hasSlept = createSleepWatch(clock);
  const reach = createReachWatch(clock);
  const hasMoved = createNetworkWatch(clock, options.addresses);
  function refusal(): ProxyError | null {
    if (link instanceof ProxyError) return link;
    return closed ? new ProxyError('draining', 'The proxy is shutting down.') : latch.refusal();
  }

  /** The way to GitHub, where nothing forbids to take it. */
  function openLink() {
    const refused = refusal();
    if (refused !== null) throw refused;
    if (link instanceof ProxyError) throw link;
    return link;
  }

  const shared: Omit<CallDeps, 'bearers' | 'hosts'> = {
    versions,
    pools,
    clock,
    notice,
    random,
    targetOf: createTargets(),
    retryBudget: createRetryBudget(),
    reach,
    constantHeaders: cachedHeaders(identity),
    onAccepted() {
      loginRefused = null;
    },
    onLoginRefused(error) {
      loginRefused = error;
    },
    refusal,
    onAbuse: latch.blocked,
    onForbidden: latch.refusedAfterRefresh,
  };
  const deps: CallDeps | null = link instanceof ProxyError ? null : { ...shared, ...link };

  /** Returns what ends the call; null where it never began. */
  function start(
    by: CallDeps | null,
    request: CallRequest,
    receiver: UpstreamReceiver,
    onOver: () => void = () => undefined,
  ): RunningCall | null {
    const refused = refusal();
    if (refused !== null || by === null) {
      onOver();
      receiver.onFailure(refused ?? new ProxyError('internal_error', 'The upstream is not set up.'));
      return null;
    }
    // Sockets that were open before a sleep, or on another network, are dead, and their FIN never came.
    const slept = hasSlept();
    if (hasMoved() || slept) {
      pools.renewAll();
      reach.forget();
    }
    let over = false;
    let call: RunningCall | null = null;
    const started = startCall(by, request, receiver, () => {
      over = true;
      if (call !== null) open.delete(call);
      onOver();
    });
    call = started;
    if (!over) open.add(started);
    return started;
  }

  const begin = (request: CallRequest, receiver: UpstreamReceiver) => start(deps, request, receiver);
  const catalog = createModelCatalog({
    clock,
    freshMs: config.catalogueMs,
    notice,
    fetchText: () => fetchCatalogue(begin, options.newId()),
  });

  async function modelOf(modelId: string) {
    const found = (await catalog.models()).find(({ id }) => id === modelId);
    if (found !== undefined) return found;
    throw new ProxyError('model_not_found', `The seat lists no model ${modelId.slice(0, 100)}.`, { param: 'model' });
  }

  return {
    send(call, receiver) {
      const { signal } = call;
      if (signal.aborted) return receiver.onFailure(canceled());
      let running: RunningCall | null = null;
      const onAbort = (): void => running?.end(canceled());
      signal.addEventListener('abort', onAbort, { once: true });
      running = start(
        deps,
        {
          ...call,
          method: 'POST',
          headMs: call.stream ? limits.upstreamHeadMs : limits.upstreamHeadNonStreamingMs,
          maxDecodedBytes: call.stream ? null : limits.maxAnswerBytes,
        },
        receiver,
        () => signal.removeEventListener('abort', onAbort),
      );
    },
    headersOf: (call) => headersWithoutBearer(identity, versions.current(), call),
    async models(asked) {
      if (asked?.anew === true) await catalog.refresh();
      return catalog.models();
    },
    quota: singleFlight(async () => askQuota(openLink().get)),
    async modelTerms(modelId) {
      const { policyState } = await modelOf(modelId);
      return policyState === 'enabled' ? null : (catalog.terms(modelId) ?? null);
    },
    async enableModel(modelId) {
      await modelOf(modelId);
      await acceptTerms(begin, modelId, options.newId());
      await catalog.refresh();
    },
    async otherRoadModels() {
      openLink();
      const other = road instanceof ProxyError ? null : otherRoadOf(kind, road);
      if (other === null) return null;
      const there = linkSeat({ ...linkOptions, road: other });
      if (there instanceof ProxyError) throw there;
      const quiet = { ...shared, ...there, ...unheard, constantHeaders: cachedHeaders(identity) };
      const here = await catalog.models();
      const ask: StartCall = (request, receiver) => start(quiet, request, receiver);
      return onlyThere(fetchCatalogue(ask, options.newId()), here);
    },
    look: async (asked) =>
      lookUp(openLink(), asked, {
        identity,
        githubToken,
        pools,
        clock,
        newId: options.newId,
        apiVersion: () => versions.current(),
        watch: linkOptions.watch ?? (() => undefined),
      }),
    resume: latch.lift,
    status() {
      if (link instanceof ProxyError) return unlinked(versions.current(), options.githubToken, link);
      const blocked = latch.refusal();
      // While GitHub blocks the account not even its own API is asked.
      const bearer = blocked === null ? link.bearers.peek() : null;
      const mayAsk = !closed && blocked === null;
      // Asking is what brings a seat back after a failure: nobody else may call for hours. The back-off bounds it.
      if (bearer === null && mayAsk) link.bearers.get().catch(() => undefined);
      const base = bearer === null ? null : link.hosts.peek(bearer);
      if (bearer !== null && base === null && mayAsk) link.hosts.get(bearer).catch(() => undefined);
      const problem = blocked ?? loginRefused ?? link.bearers.problem() ?? link.hosts.problem();
      return {
        // A bearer that still lives serves, though its renewal fails.
        ready: !closed && (problem === null || (bearer !== null && problem === link.bearers.problem())),
        road: road instanceof ProxyError ? null : road,
        apiOrigin: base === null ? null : new URL(base).origin,
        apiVersion: versions.current(),
        credentialKind: kind,
        bearerSince: bearer?.since ?? null,
        bearerExpires: bearer?.expires ?? null,
        blockedSince: latch.since(),
        problem: problem === null ? null : { code: problem.code, message: problem.message },
      };
    },
    async close() {
      closed = true;
      const ending = new ProxyError('draining', 'The proxy is shutting down.');
      for (const call of open) call.end(ending);
      await pools.close();
    },
  };
}

function unlinked(apiVersion: string, githubToken: string | null, problem: ProxyError): UpstreamStatus {
  return {
    ready: false,
    road: null,
    apiOrigin: null,
    apiVersion,
    credentialKind: githubToken === null || githubToken === '' ? null : tokenKindOf(githubToken),
    bearerSince: null,
    bearerExpires: null,
    blockedSince: null,
    problem: { code: problem.code, message: problem.message },
  };
}

function canceled(): ProxyError {
  return new ProxyError('canceled', 'The client closed the connection.');
}
