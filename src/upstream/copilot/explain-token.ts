/** Asks GitHub once what a token is good for: kind, road, login, plan and host, or the failure and its cure. */
import type { Clock } from '../../base/clock.ts';
import type { IdentityConfig, UpstreamConfig } from '../../config/config.ts';
import { ProxyError, toProxyError } from '../../errors/proxy-error.ts';
import { isVersionRefusal } from './errors.ts';
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
import { githubRefusal } from './token-exchange.ts';
import { parseJson, objectOf } from '../../canonical/json-value.ts';
import { textOf } from './wire-value.ts';

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
  const road = resolveRoad(options.githubToken, config.road);
  if (road instanceof ProxyError) {
    const facts = { ...nothing, kind };
    return { ...facts, ...ownWords(kind === null ? 'no-token' : 'wrong-kind', road), ok: false, status: null };
  }
  const pools = createPools({ allowH2: config.allowH2, proxyEnv: options.proxyEnv ?? {} });
  const identity = identityOf(options.identity, tokenKindOf(githubToken));
  const heard: { reply: GithubReply | null } = { reply: null };
  let facts: TokenFacts = { ...nothing, kind, road };
  try {
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
      watch: (reply) => void (heard.reply = reply),
    });
    if (link instanceof ProxyError) throw link;
    facts = { ...facts, ...(await askWho(link)) };
    heard.reply = null;
    const bearer = await link.bearers.get();
    const base = await link.hosts.get(bearer);
    facts = { ...facts, apiOrigin: new URL(base).origin };
    // Only the Copilot API itself knows whether it takes this token from this app.
    const apiVersion = config.apiVersions[0] ?? '';
    const headers = inPairs(constantHeaders(bearer.value, identity, apiVersion));
    const send = createGithubSend({ baseUrl: base, pools, clock });
    const reply = await send({ method: 'GET', path: '/models', headers, body: null });
    if (reply.status < 400 || isVersionRefusal(reply.status, reply.text)) return { ...facts, ok: true };
    return { ...facts, ...explainRefusal(reply.status, reply.text), ok: false, status: reply.status };
  } catch (thrown) {
    const error = toProxyError(thrown);
    const { reply } = heard;
    const said = reply !== null && reply.status === error.upstreamStatus && reply.status >= 400;
    const explanation = said ? explainRefusal(reply.status, reply.text) : ownWords(causeOf(error), error);
    return { ...facts, ...explanation, ok: false, status: error.upstreamStatus ?? null };
  } finally {
    pools.close().catch(() => undefined);
  }
}

const nothing: TokenFacts = { kind: null, road: null, login: null, plan: null, sku: null, apiOrigin: null };

/** Rejects where the token is dead; a GitHub that only says nothing of this token is no failure yet. */
async function askWho(link: SeatLink): Promise<Pick<TokenFacts, 'login' | 'plan' | 'sku'>> {
  const seat = await link.get('/copilot_internal/user');
  if (seat.status === 401) throw githubRefusal(seat, 'user');
  const quota = seat.status === 200 ? readQuota(parseJson(seat.text)) : undefined;
  const login = quota?.login ?? (await loginOf(link));
  return { login, plan: quota?.plan ?? null, sku: quota?.sku ?? null };
}

/** Without a seat GitHub still knows whose token this is: often somebody is signed in as the wrong one. */
async function loginOf(link: SeatLink): Promise<string | null> {
  const user = await link.get('/user');
  const login = user.status === 200 ? textOf(objectOf(parseJson(user.text))['login']) : undefined;
  return login !== undefined && /^[\w-]{1,100}$/.test(login) ? login : null;
}

function causeOf(error: ProxyError): RefusalCause {
  switch (error.code) {
    case 'misdirected':
      return 'wrong-host';
    case 'rate_limited':
      return 'rate-limited';
    case 'upstream_error':
      return 'github-down';
    case 'upstream_unreachable':
    case 'upstream_timeout':
    case 'tls_error':
      return 'unreachable';
    default:
      return 'unknown';
  }
}

const cures: Partial<Readonly<Record<RefusalCause, string>>> = {
  'no-token': 'Sign in: `crossfeed login`.',
  'wrong-kind': 'Sign in: `crossfeed login`, or use a fine-grained token with the permission "Copilot Requests".',
  'wrong-host': 'Correct the addresses under upstream.* in the settings.',
  unreachable: 'Check the network, the proxy settings and TLS, then try again.',
};

function ownWords(cause: RefusalCause, error: ProxyError): Explanation {
  const cure = cures[cause] ?? 'Try again in a few minutes.';
  return { cause, sentence: error.message, cure, githubSays: null, link: null };
}

function inPairs(flat: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? '']] : [])));
}
