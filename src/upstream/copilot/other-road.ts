/** What a token would see on the road that it does not take: the lists of models differ. */
import type { Model } from '../../canonical/model.ts';
import { ProxyError } from '../../errors/proxy-error.ts';
import { readCatalog } from './catalog-row.ts';
import type { Road, TokenKind } from './github-token.ts';
import { parseJson } from '../../canonical/json-value.ts';

/** The other road where GitHub may take this kind of token on it; null where it never does. */
export function otherRoadOf(kind: TokenKind, road: Road): Road | null {
  switch (kind) {
    case 'ghu_':
    case 'gho_':
    case 'other':
      return road === 'direct' ? 'exchanged' : 'direct';
    default:
      return null;
  }
}

/** The ids that only the other road lists; null where GitHub does not take the token there. */
export async function onlyThere(catalogue: Promise<string>, here: readonly Model[]): Promise<readonly string[] | null> {
  const known = new Set(here.map(({ id }) => id));
  try {
    const there = readCatalog(parseJson(await catalogue)) ?? [];
    return there.map(({ id }) => id).filter((id) => !known.has(id));
  } catch (thrown) {
    if (thrown instanceof ProxyError && refusals.has(thrown.code)) return null;
    throw thrown;
  }
}

/** What the other road thinks of the login is no news of this one. */
export const unheard = { onAccepted: () => undefined, onLoginRefused: () => undefined, onForbidden: () => undefined };

const refusals: ReadonlySet<string> = new Set(['upstream_sign_in_required', 'upstream_forbidden', 'invalid_request']);
