/** The account of a token that came from the environment or from the simulator: used, but stored nowhere. */
import type { Account } from '../canonical/account.ts';
import { tokenKindOf } from '../upstream/copilot/github-token.ts';

export const environmentAccountName = 'environment';

export function environmentAccount(githubToken: string): Account {
  return {
    name: environmentAccountName,
    login: null,
    host: 'github.com',
    tokenKind: tokenKindOf(githubToken),
    secretStore: 'file',
    source: 'environment',
    createdAt: 0,
  };
}
