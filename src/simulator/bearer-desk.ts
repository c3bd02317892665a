/** Issues GitHub tokens and short-lived Copilot tokens, and says of any bearer what it is worth. */
import type { Clock } from '../base/clock.ts';
import type { Scenario } from './scenario.ts';
import { fingerprint } from './seal.ts';

export type Standing =
  | 'exchanged'
  | 'direct'
  | 'fine-grained'
  | 'fine-grained-without-permission'
  | 'installation'
  | 'expired'
  | 'unknown';

export interface BearerDesk {
  /** A new Copilot token and its end, in unix seconds. */
  issue(): { readonly token: string; readonly expiresAtS: number };
  /** A new GitHub token of a person who signed in; `prefix` says of which kind. */
  issueGithubToken(prefix: string): string;
  /** Whether GitHub knows the token: that of a seat, of a login without one, or of one that is refused. */
  knowsGithubToken(token: string): boolean;
  look(bearer: string): Standing;
  /** All Copilot tokens issued so far stop working at once, as when a seat is revoked. */
  revokeAll(): void;
  /** All GitHub tokens stop working at once, as when a person revokes the app. */
  revokeGithubTokens(): void;
}

export function createBearerDesk(scenario: Scenario, clock: Clock): BearerDesk {
  const endOfToken = new Map<string, number>();
  const seated = new Set(scenario.githubTokens);
  const unseated = new Set([
    ...scenario.seatlessTokens,
    ...scenario.permissionlessTokens,
    ...Object.keys(scenario.refusedTokens).filter((token) => scenario.refusedTokens[token] !== 'bad_credentials'),
  ]);
  let issued = 0;
  let signIns = 0;
  return {
    issue() {
      issued += 1;
      const expiresAtS = Math.floor(clock.now() / 1000) + scenario.tokenLifeS;
      const claims = `tid=${fingerprint(scenario.login).slice(0, 16)};exp=${expiresAtS};sku=${scenario.sku};fcv1=1`;
      const token = `${claims}:${fingerprint('copilot-token', claims, String(issued))}`;
      endOfToken.set(token, expiresAtS);
      return { token, expiresAtS };
    },
    issueGithubToken(prefix) {
      signIns += 1;
      const token =
        prefix +
        fingerprint('github-token', String(signIns))
          .replaceAll(/[^A-Za-z0-9]/g, '0')
          .slice(0, 36);
      seated.add(token);
      return token;
    },
    knowsGithubToken: (token) => seated.has(token) || unseated.has(token),
    look(bearer) {
      const expiresAtS = endOfToken.get(bearer);
      if (expiresAtS !== undefined) return expiresAtS * 1000 > clock.now() ? 'exchanged' : 'expired';
      if (scenario.permissionlessTokens.includes(bearer) && unseated.has(bearer))
        return 'fine-grained-without-permission';
      if (!seated.has(bearer)) return 'unknown';
      if (bearer.startsWith('ghs_')) return 'installation';
      return bearer.startsWith('github_pat_') ? 'fine-grained' : 'direct';
    },
    revokeAll: () => endOfToken.clear(),
    revokeGithubTokens() {
      seated.clear();
      unseated.clear();
    },
  };
}
