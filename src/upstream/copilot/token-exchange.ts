/** The exchange of a GitHub token for a Copilot token, and GitHub's many ways to refuse it. */
import { ProxyError } from '../../errors/proxy-error.ts';
import type { GithubGet, GithubReply } from './github-api.ts';
import { explainRefusal } from './refusal-causes.ts';
import { retryAfterMsOf } from './retry-after.ts';
import { isObject, parseJson, objectOf } from '../../canonical/json-value.ts';
import { textOf } from './wire-value.ts';

export interface TokenEnvelope {
  readonly token: string;
  /** As it came: may be missing or absurd. */
  readonly refreshInSeconds: unknown;
  readonly apiOrigin: unknown;
}

/** Rejects with a `ProxyError`: `upstream_sign_in_required`, `upstream_forbidden`, `rate_limited`, or a gateway code. */
export async function exchangeToken(get: GithubGet): Promise<TokenEnvelope> {
  const reply = await get('/copilot_internal/v2/token');
  if (reply.status !== 200) throw githubRefusal(reply);
  const envelope = parseJson(reply.text);
  const token = isObject(envelope) ? textOf(envelope['token']) : undefined;
  if (!isObject(envelope) || token === undefined || !/^[\x21-\x7e]+$/.test(token))
    throw isHtml(reply)
      ? notGithub('the token exchange', reply)
      : new ProxyError(
          'upstream_invalid_response',
          'GitHub answered the token exchange with something that is no Copilot token.',
          { upstreamStatus: reply.status },
        );
  return {
    token,
    refreshInSeconds: envelope['refresh_in'],
    apiOrigin: objectOf(envelope['endpoints'])['api'],
  };
}

/** A refusal by GitHub's API plane: the cause in our words, GitHub's own, and its link where there is one. */
export function githubRefusal(reply: GithubReply, asked: 'exchange' | 'user' = 'exchange'): ProxyError {
  const { status, headers } = reply;
  const { cause, sentence, githubSays, link } = explainRefusal(status, reply.text);
  const what = asked === 'exchange' ? 'the token exchange' : 'the look-up of the seat';
  const words = githubSays === null ? '' : ` GitHub says: ${githubSays}`;
  if (status === 511 || (status >= 300 && status < 400)) return notGithub(what, reply);
  const known = { upstreamStatus: status, upstreamRequestId: headers['x-github-request-id'] };
  if (cause === 'rate-limited')
    return new ProxyError('rate_limited', `GitHub's API limits ${what}.${words}`, {
      ...known,
      retryAfterMs: retryAfterMsOf(headers) ?? 60_000,
    });
  if (status >= 500 || cause === 'github-down')
    // The page of a front server says nothing that helps; an envelope does.
    return new ProxyError(
      'upstream_error',
      `GitHub failed at ${what}, with HTTP ${status}.${status >= 500 ? '' : words}`,
      known,
    );
  switch (status) {
    case 401:
      return new ProxyError('upstream_sign_in_required', `${sentence}${words}`, known);
    case 403:
      return new ProxyError('upstream_forbidden', `${sentence}${words}${link === null ? '' : ` ${link}`}`, known);
    case 404:
      return asked === 'exchange'
        ? new ProxyError(
            'upstream_sign_in_required',
            'GitHub exchanges no token of this kind: use one of an editor sign-in (ghu_), or set the road to direct.',
            known,
          )
        : new ProxyError('upstream_forbidden', 'GitHub knows no Copilot seat of this login.', known);
    default:
      return new ProxyError('upstream_invalid_response', `GitHub answered ${what} with HTTP ${status}.`, known);
  }
}

/** A captive portal or a proxy of the network answered in GitHub's place. */
function notGithub(what: string, { status }: GithubReply): ProxyError {
  return new ProxyError(
    'not_an_api_response',
    `A web page answered ${what} in GitHub's place (HTTP ${status}): does this network want a sign-in, or a proxy?`,
    { upstreamStatus: status },
  );
}

function isHtml(reply: GithubReply): boolean {
  return /text\/html/i.test(reply.headers['content-type'] ?? '') || reply.text.trimStart().startsWith('<');
}
