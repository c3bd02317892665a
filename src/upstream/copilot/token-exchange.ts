/** The exchange of a GitHub token for a Copilot token, and GitHub's many ways to refuse it. */
import { ProxyError } from '../../errors/proxy-error.ts';
import type { GithubGet, GithubReply } from './github-api.ts';
import { readErrorBody } from './error-body.ts';
import { presentable } from './error-text.ts';
import { retryAfterMsOf } from './retry-after.ts';
import { isRecord, parseJson, recordOf, textOf } from './wire-value.ts';

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
  const token = isRecord(envelope) ? textOf(envelope['token']) : undefined;
  if (!isRecord(envelope) || token === undefined || !/^[\x21-\x7e]+$/.test(token))
    throw new ProxyError(
      isHtml(reply) ? 'not_an_api_response' : 'upstream_invalid_response',
      'GitHub answered the token exchange with something that is no Copilot token.',
      { upstreamStatus: reply.status },
    );
  return {
    token,
    refreshInSeconds: envelope['refresh_in'],
    apiOrigin: recordOf(envelope['endpoints'])['api'],
  };
}

/** A refusal by GitHub's API plane, in GitHub's own words where it has any. */
export function githubRefusal(reply: GithubReply): ProxyError {
  const { status, headers } = reply;
  const body = readErrorBody(reply.text);
  const words = body.message === '' ? '' : ` GitHub says: ${body.message}`;
  const link = body.link === undefined ? '' : ` ${presentable(body.link)}`;
  const known = { upstreamStatus: status, upstreamRequestId: headers['x-github-request-id'] };
  const limited = status === 429 || (status === 403 && /rate limit/i.test(body.message));
  if (limited)
    return new ProxyError('rate_limited', `GitHub's API limits the token exchange.${words}`, {
      ...known,
      retryAfterMs: retryAfterMsOf(headers) ?? 60_000,
    });
  switch (status) {
    case 401:
      return new ProxyError('upstream_sign_in_required', `GitHub no longer accepts the login.${words}`, known);
    case 403:
      return new ProxyError('upstream_forbidden', `GitHub gives this account no Copilot access.${words}${link}`, known);
    case 404:
      return new ProxyError(
        'upstream_sign_in_required',
        'GitHub exchanges no token of this kind: use one of an editor sign-in (ghu_), or set the road to direct.',
        known,
      );
    default:
      return status < 500
        ? new ProxyError('upstream_invalid_response', `GitHub answered the token exchange with HTTP ${status}.`, known)
        : new ProxyError('upstream_error', `GitHub's token exchange failed with HTTP ${status}.`, known);
  }
}

function isHtml(reply: GithubReply): boolean {
  return /text\/html/i.test(reply.headers['content-type'] ?? '') || reply.text.trimStart().startsWith('<');
}
