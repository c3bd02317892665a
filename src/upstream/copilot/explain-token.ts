/** Asks GitHub once what a token is good for: kind, road, login, plan and host, or the failure and its cure. */
import type { Clock } from '../../base/clock.ts';
import type { IdentityConfig, UpstreamConfig } from '../../config/config.ts';
import { ProxyError, toProxyError } from '../../errors/proxy-error.ts';
import { createPools } from './dispatcher.ts';
import { createGithubSend } from './github-request.ts';
import type { GithubReply } from './github-request.ts';
import { resolveRoad, tokenKindOf } from './github-token.ts';
import type { Road, TokenKind } from './github-token.ts';
import { constantHeaders, identityOf } from './identity-headers.ts';
import type { ProxyEnv } from './proxy-env.ts';
import { readQuota } from './quota.ts';
import { explainRefusal } from './refusal-causes.ts';
import type { Explanation, RefusalCause } from './refusal-causes.ts';
import { linkSeat } from './seat-link.ts';
import type { SeatLink } from './seat-link.ts';
import { isRecord, parseJson } from './wire-value.ts';

export interface CheckTokenOptions {
  readonly githubToken: string | null;
  readonly config: UpstreamConfig;
  readonly identity: IdentityConfig;
  /** `github.com`, or the tenant's host (`sub.ghe.com`), whose addresses `config` must name (`tenantUrls`). */
  readonly accountHost?: string;
  readonly clock: Clock;
  readonly proxyEnv?: ProxyEnv;
}

/** What could be learned of the token either way. */
interface TokenFacts {
  /** Null without a token. */
  readonly kind: TokenKind | null;
  /** Null where the kind has no road. */
  readonly road: Road | null;
  readonly login: string | null;
  /** Like `Quota.plan`; null where GitHub was not asked or did not say. */
  readonly plan: string | null;
  readonly sku: string | null;
  /** The origin that serves the seat. */
  readonly apiOrigin: string | null;
}

/** Never holds the token. */
export type TokenReport =
  | (TokenFacts & { readonly ok: true })
  | (TokenFacts & Explanation & { readonly ok: false; readonly status: number | null });

/** Never rejects: whatever goes wrong is in the report. */
export async function checkToken(options: CheckTokenOptions): Promise<TokenReport> {
  const { config, clock } = options;
  const githubToken = options.githubToken ?? '';
  const kind = githubToken === '' ? null : tokenKindOf(githubToken);
  const nothing: TokenFacts = { kind, road: null, login: null, plan: null, sku: null, apiOrigin: null };
  const road = resolveRoad(options.githubToken, config.road);
  if (kind === null) return failed(nothing, fromError('no-token', road), null);
  if (road instanceof ProxyError) return failed(nothing, fromError('wrong-kind', road), null);
  const pools = createPools({ allowH2: config.allowH2, proxyEnv: options.proxyEnv ?? {} });
  let refusal: GithubReply | null = null;
  try {
    const identity = identityOf(options.identity, kind);
    const link = linkSeat({
      config,
      identity,
      githubToken,
      road,
      accountHost: options.accountHost,
      pools,
      clock,
      random: () => 0,
      notice: () => undefined,
      watch: (reply) => void (refusal = reply),
    });
    if (link instanceof ProxyError) return failed({ ...nothing, road }, fromError('wrong-host', link), null);
    const known = { ...nothing, road, ...(await askWho(link)) };
    refusal = null;
    const bearer = await link.bearers.get();
    const base = await link.hosts.get(bearer);
    const facts = { ...known, apiOrigin: new URL(base).origin };
    // Only the Copilot API itself knows whether it takes the token, the app and the identity.
    const headers = constantHeaders(bearer.value, identity, config.apiVersions[0] ?? '2025-05-01');
    const pairs = Array.from({ length: headers.length / 2 }, (_, at) => [headers[at * 2], headers[at * 2 + 1]]);
    const send = createGithubSend({ baseUrl: base, pools, clock });
    const reply = await send({ method: 'GET', path: '/models', headers: Object.fromEntries(pairs), body: null });
    if (reply.status < 400 || isVersionRefusal(reply.status, reply.text)) return { ...facts, ok: true };
    return failed(facts, explainRefusal(reply.status, reply.text), reply.status);
  } catch (thrown) {
    return failed({ ...nothing, road }, explainFailure(toProxyError(thrown), refusal), null);
  } finally {
    pools.close().catch(() => undefined);
  }
}
