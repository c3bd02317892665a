/** What a GitHub token's prefix says: its kind, and the road it takes to the Copilot API. */
import { ProxyError } from '../../errors/proxy-error.ts';

export type TokenKind = 'ghu_' | 'gho_' | 'github_pat_' | 'ghs_' | 'ghp_' | 'other';

/** `direct`: the token itself is the bearer. `exchanged`: it buys short-lived Copilot tokens. */
export type Road = 'direct' | 'exchanged';

const roadOf: Readonly<Record<Exclude<TokenKind, 'ghp_'>, Road>> = {
  ghu_: 'exchanged',
  gho_: 'direct',
  github_pat_: 'direct',
  ghs_: 'direct',
  other: 'exchanged',
};

export function tokenKindOf(token: string): TokenKind {
  const kinds = ['ghu_', 'gho_', 'github_pat_', 'ghs_', 'ghp_'] as const;
  return kinds.find((prefix) => token.startsWith(prefix)) ?? 'other';
}

/** The road for `token`; a `ProxyError` with the reason where GitHub takes it on neither. */
export function resolveRoad(token: string | null, configured: 'auto' | Road): Road | ProxyError {
  if (token === null || token === '')
    return signInRequired('There is no GitHub token: sign in with `crossfeed login`, or set CROSSFEED_GITHUB_TOKEN.');
  // A header value: a line break in a pasted token would otherwise fail far from its cause.
  if (!/^[\x21-\x7e]+$/.test(token))
    return signInRequired('The GitHub token holds spaces, line breaks or characters outside ASCII.');
  const kind = tokenKindOf(token);
  if (kind === 'ghp_')
    return signInRequired(
      'GitHub accepts no classic personal access tokens (ghp_) for Copilot: use a fine-grained token with the permission "Copilot Requests", or a token of an editor sign-in (ghu_).',
    );
  return configured === 'auto' ? roadOf[kind] : configured;
}

function signInRequired(message: string): ProxyError {
  return new ProxyError('upstream_sign_in_required', message);
}
