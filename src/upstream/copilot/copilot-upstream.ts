/** GitHub Copilot behind the `Upstream` contract: puts the rooms' pieces together, decides nothing itself. */
import type { Clock } from '../../base/clock.ts';
import type { IdentityConfig, LimitsConfig, UpstreamConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { Upstream, UpstreamReceiver } from '../upstream.ts';
import { createApiVersions } from './api-versions.ts';
import type { Memory } from './api-versions.ts';
import type { Bearer, BearerSource } from './bearer-source.ts';
import { startCall } from './call.ts';
import type { CallDeps, CallRequest, RunningCall } from './call.ts';
import { createDirectBearer } from './direct-bearer.ts';
import { createPools } from './dispatcher.ts';
import type { Pools } from './dispatcher.ts';
import type { ProxyEnv } from './proxy-env.ts';
import { acceptConfiguredBase, createTargets } from './endpoints.ts';
import { createExchangedBearer } from './exchanged-bearer.ts';
import { createGithubGet } from './github-api.ts';
import type { GithubGet } from './github-api.ts';
import { resolveRoad, tokenKindOf } from './github-token.ts';
import type { Road } from './github-token.ts';
import { createHostDiscovery, fixedHost } from './host-discovery.ts';
import type { HostDiscovery } from './host-discovery.ts';
import { constantHeaders, identityFor } from './identity-headers.ts';
import type { FlatHeaders } from './identity-headers.ts';
import { createModelCatalog } from './model-catalog.ts';
import { createRetryBudget } from './retry-budget.ts';
import { exchangeToken } from './token-exchange.ts';
import { collectText } from './collect-text.ts';

export interface CopilotUpstreamOptions {
  readonly config: UpstreamConfig;
  readonly identity: IdentityConfig;
  readonly limits: Pick<
    LimitsConfig,
    'upstreamHeadMs' | 'upstreamHeadNonStreamingMs' | 'maxAnswerBytes' | 'maxEventBytes'
  >;
  readonly githubToken: string | null;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  /** Small values kept between runs (the API version that worked). */
  readonly memory?: Memory;
  /** One line for the log: a refresh failed, a host moved. Never a secret. */
  readonly notice?: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
  /** Hears of each Copilot token before it is used, so that the log can know it by value. */
  readonly secret?: (value: string) => void;
  /** The values of HTTP_PROXY, HTTPS_PROXY, NO_PROXY and ALL_PROXY, upper or lower case. */
  readonly proxyEnv?: ProxyEnv;
}

/** The catalogue's own bounds: a list is small, and nobody waits ten minutes for it. */
const catalogueHeadMs = 30_000;
const maxCatalogueBytes = 8 * 1024 * 1024;
/** Wall time running so far ahead of monotonic time means that the machine slept. */
const sleepMs = 30_000;

export function createCopilotUpstream(options: CopilotUpstreamOptions): Upstream {
  const { config, limits, clock, githubToken } = options;
  const identity = identityFor(githubToken, options.identity);
  const notice = options.notice ?? (() => undefined);
  const pools = createPools({ allowH2: config.allowH2, proxyEnv: options.proxyEnv ?? {} });
  const versions = createApiVersions(config.apiVersions, options.memory);
  const road = resolveRoad(githubToken, config.road);
  const parts = road instanceof ProxyError ? road : connect(options, road, githubToken ?? '', pools, notice);
  const open = new Set<RunningCall>();
  const block = cachedHeaders(identity);
  let latched: ProxyError | null = null;
  /** The upstream refused the login twice; a later success clears it. */
  let loginRefused: ProxyError | null = null;
  let closed = false;
  let aheadMs = clock.now() - clock.monotonic();

  /** Sockets that were open before a sleep are dead, and their FIN never came. */
  function dropSocketsAfterSleep(): void {
    const nowAheadMs = clock.now() - clock.monotonic();
    if (nowAheadMs - aheadMs > sleepMs) pools.renewAll();
    aheadMs = nowAheadMs;
  }

  function refusal(): ProxyError | null {
    if (parts instanceof ProxyError) return parts;
    return closed ? new ProxyError('draining', 'The proxy is shutting down.') : latched;
  }

  const deps: CallDeps | null =
    parts instanceof ProxyError
      ? null
      : {
          ...parts,
          versions,
          pools,
          clock,
          random: options.random,
          notice,
          targetOf: createTargets(),
          retryBudget: createRetryBudget(),
          constantHeaders: block,
          onAccepted() {
            loginRefused = null;
          },
          onLoginRefused(error) {
            loginRefused = error;
          },
          onAbuse(error) {
            latched = new ProxyError(
              'upstream_forbidden',
              `GitHub blocks this account for how it is used; no further call is made until a restart. ${error.message}`,
              { upstreamStatus: error.upstreamStatus, upstreamRequestId: error.upstreamRequestId },
            );
            notice('warn', 'GitHub blocks the account; every further call is refused here', { reason: error.message });
          },
        };

  /** Returns what ends the call; null where it never began. */
  function start(request: CallRequest, receiver: UpstreamReceiver, onOver: () => void): RunningCall | null {
    const refused = refusal();
    if (refused !== null || deps === null) {
      onOver();
      receiver.onFailure(refused ?? new ProxyError('internal_error', 'The upstream is not set up.'));
      return null;
    }
    dropSocketsAfterSleep();
    let over = false;
    let call: RunningCall | null = null;
    const started = startCall(deps, request, receiver, () => {
      over = true;
      if (call !== null) open.delete(call);
      onOver();
    });
    call = started;
    if (!over) open.add(started);
    return started;
  }

  const models = createModelCatalog({
    clock,
    freshMs: config.catalogueMs,
    notice,
    fetchText: () =>
      collectText(maxCatalogueBytes, (receiver) =>
        start(
          {
            method: 'GET',
            path: '/models',
            body: null,
            stream: false,
            initiator: null,
            hasImages: false,
            headers: {},
            exchangeId: options.newId(),
            headMs: catalogueHeadMs,
            maxDecodedBytes: maxCatalogueBytes,
          },
          receiver,
          () => undefined,
        ),
      ),
  });

  return {
    send(call, receiver) {
      const { signal } = call;
      if (signal.aborted) return receiver.onFailure(canceled());
      let running: RunningCall | null = null;
      const onAbort = (): void => running?.end(canceled());
      signal.addEventListener('abort', onAbort, { once: true });
      running = start(
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
    models,
    status() {
      if (parts instanceof ProxyError) {
        return {
          ...unknownStatus(versions.current(), githubToken),
          problem: { code: parts.code, message: parts.message },
        };
      }
      const bearer = parts.bearers.peek();
      // Asking is what brings a seat back after a failure: nobody else may call for hours. The back-off bounds it.
      if (bearer === null && !closed) parts.bearers.get().catch(() => undefined);
      const base = bearer === null ? null : parts.hosts.peek(bearer);
      if (bearer !== null && base === null && !closed) parts.hosts.get(bearer).catch(() => undefined);
      const problem = latched ?? loginRefused ?? parts.bearers.problem() ?? parts.hosts.problem();
      return {
        // A bearer that still lives serves, though its renewal fails.
        ready: !closed && (problem === null || (bearer !== null && problem === parts.bearers.problem())),
        road: road instanceof ProxyError ? null : road,
        apiOrigin: base === null ? null : new URL(base).origin,
        apiVersion: versions.current(),
        credentialKind: tokenKindOf(githubToken ?? ''),
        bearerSince: bearer?.since ?? null,
        bearerExpires: bearer?.expires ?? null,
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

interface Parts {
  readonly bearers: BearerSource;
  readonly hosts: HostDiscovery;
}

function connect(
  options: CopilotUpstreamOptions,
  road: Road,
  githubToken: string,
  pools: Pools,
  notice: NonNullable<CopilotUpstreamOptions['notice']>,
): Parts | ProxyError {
  const { config, identity, clock } = options;
  const githubApi = acceptConfiguredBase(config.githubApiUrl, config.allowedHosts);
  const configured =
    config.copilotApiUrl === null ? null : acceptConfiguredBase(config.copilotApiUrl, config.allowedHosts);
  if (githubApi === null) return badAddress('GitHub API');
  if (configured === null && config.copilotApiUrl !== null) return badAddress('Copilot API');

  const get: GithubGet = createGithubGet({
    baseUrl: githubApi,
    githubToken,
    userAgent: identity.userAgent,
    pools,
    clock,
  });
  async function exchanged() {
    const envelope = await exchangeToken(get);
    options.secret?.(envelope.token);
    return envelope;
  }
  const bearers =
    road === 'direct'
      ? createDirectBearer(githubToken, clock)
      : createExchangedBearer({ exchange: exchanged, clock, random: options.random, notice });
  const policy = { githubApiUrl: githubApi, allowedHosts: config.allowedHosts };
  const hosts = configured === null ? createHostDiscovery({ road, policy, get, clock, notice }) : fixedHost(configured);
  return { bearers, hosts };
}

function badAddress(which: string): ProxyError {
  return new ProxyError('misdirected', `The configured address of the ${which} is not https, nor http on loopback.`);
}

/** One block for the bearer and version in use: rebuilt when either changes. */
function cachedHeaders(identity: IdentityConfig): (bearer: Bearer, apiVersion: string) => FlatHeaders {
  let last: { bearer: Bearer; apiVersion: string; block: FlatHeaders } | null = null;
  return (bearer, apiVersion) => {
    if (last?.bearer !== bearer || last.apiVersion !== apiVersion)
      last = { bearer, apiVersion, block: constantHeaders(bearer.value, identity, apiVersion) };
    return last.block;
  };
}

function unknownStatus(apiVersion: string, githubToken: string | null) {
  return {
    ready: false,
    road: null,
    apiOrigin: null,
    apiVersion,
    credentialKind: githubToken === null || githubToken === '' ? null : tokenKindOf(githubToken),
    bearerSince: null,
    bearerExpires: null,
  };
}

function canceled(): ProxyError {
  return new ProxyError('canceled', 'The client closed the connection.');
}
