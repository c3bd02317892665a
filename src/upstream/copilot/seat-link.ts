/** The way from a GitHub token to its seat: bearers, the host that serves it, and GitHub's own API. */
import type { Clock } from '../../base/clock.ts';
import type { IdentityConfig, UpstreamConfig } from '../../config/config.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import type { Bearer, BearerSource } from './bearer-source.ts';
import { createDirectBearer } from './direct-bearer.ts';
import type { Pools } from './dispatcher.ts';
import { acceptConfiguredBase } from './endpoints.ts';
import { createExchangedBearer } from './exchanged-bearer.ts';
import { createGithubGet } from './github-api.ts';
import type { GithubGet, GithubReply } from './github-api.ts';
import type { Road } from './github-token.ts';
import { createHostDiscovery, fixedHost } from './host-discovery.ts';
import type { HostDiscovery } from './host-discovery.ts';
import { constantHeaders } from './identity-headers.ts';
import type { FlatHeaders } from './identity-headers.ts';
import { exchangeToken } from './token-exchange.ts';

export interface SeatLink {
  readonly bearers: BearerSource;
  readonly hosts: HostDiscovery;
  /** GETs of GitHub's own API with the GitHub token. */
  readonly get: GithubGet;
}

export interface SeatLinkOptions {
  readonly config: Pick<UpstreamConfig, 'githubApiUrl' | 'copilotApiUrl' | 'allowedHosts'>;
  readonly identity: Pick<IdentityConfig, 'userAgent'>;
  readonly githubToken: string;
  readonly road: Road;
  /** `github.com`, or the tenant's host; undefined where nobody knows. */
  readonly accountHost: string | undefined;
  readonly pools: Pools;
  readonly clock: Clock;
  readonly random: () => number;
  readonly notice: (level: 'info' | 'warn', message: string, fields?: Record<string, unknown>) => void;
  /** Hears of every Copilot token that GitHub hands out. */
  readonly onSecret?: ((secret: string) => void) | undefined;
  /** Sees every answer of GitHub's own API, before anybody judges it. */
  readonly watch?: (reply: GithubReply) => void;
}

/** A `ProxyError` (`misdirected`) where a configured address is none that this account's token may go to. */
export function linkSeat(options: SeatLinkOptions): SeatLink | ProxyError {
  const { config, identity, clock, notice, githubToken, road, accountHost, pools, random } = options;
  const accept = (base: string) => acceptConfiguredBase(base, config.allowedHosts, accountHost);
  const githubApi = accept(config.githubApiUrl);
  const configured = config.copilotApiUrl === null ? null : accept(config.copilotApiUrl);
  if (githubApi === null) return badAddress('GitHub API', accountHost);
  if (configured === null && config.copilotApiUrl !== null) return badAddress('Copilot API', accountHost);

  const ask = createGithubGet({ baseUrl: githubApi, githubToken, userAgent: identity.userAgent, pools, clock });
  const get: GithubGet = async (path) => {
    const reply = await ask(path);
    options.watch?.(reply);
    return reply;
  };
  const exchange = async () => {
    const envelope = await exchangeToken(get);
    // Before anybody could log it.
    options.onSecret?.(envelope.token);
    return envelope;
  };
  const bearers =
    road === 'direct'
      ? createDirectBearer(githubToken, clock)
      : createExchangedBearer({ exchange, clock, random, notice });
  const policy = { githubApiUrl: githubApi, allowedHosts: config.allowedHosts, accountHost };
  const hosts = configured === null ? createHostDiscovery({ road, policy, get, clock, notice }) : fixedHost(configured);
  return { bearers, hosts, get };
}

function badAddress(which: string, accountHost: string | undefined): ProxyError {
  const tenant = accountHost === undefined ? '' : `, or not where an account of ${accountHost} may go`;
  return new ProxyError(
    'misdirected',
    `The configured address of the ${which} is not https, nor http on loopback${tenant}.`,
  );
}

/** One block for the bearer and version in use: rebuilt when either changes. */
export function cachedHeaders(identity: IdentityConfig): (bearer: Bearer, apiVersion: string) => FlatHeaders {
  let last: { bearer: Bearer; apiVersion: string; block: FlatHeaders } | null = null;
  return (bearer, apiVersion) => {
    if (last?.bearer !== bearer || last.apiVersion !== apiVersion)
      last = { bearer, apiVersion, block: constantHeaders(bearer.value, identity, apiVersion) };
    return last.block;
  };
}
