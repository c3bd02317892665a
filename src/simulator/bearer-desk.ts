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
  /** How long that token lives, and what it can be renewed with; undefined where tokens live for ever. */
  renewalOf(token: string): { readonly expiresInS: number; readonly refreshToken: string } | undefined;
  /** The GitHub token in place of the one that this was given with; it works once. */
  renew(refreshToken: string): string | undefined;
  /** Whether GitHub knows the token: that of a seat, of a login without one, or of one that is refused. */
  knowsGithubToken(token: string): boolean;
  look(bearer: string): Standing;
  /** The end of all Copilot tokens issued so far has come. */
  expireAll(): void;
  /** All Copilot tokens issued so far stop working at once, as when a seat is revoked. */
  revokeAll(): void;
  /** All GitHub tokens stop working at once, as when a person revokes the app. */
  revokeGithubTokens(): void;
  /** Copilot tokens that work now. */
  readonly liveTokens: number;
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
  const startedMs = clock.now();
  /** When a GitHub token was given; those of the scenario at the start. */
  const givenMs = new Map<string, number>();
  const renewals = new Map<string, string>();
  const hasEnded = (token: string) =>
    scenario.githubTokenLifeS !== null &&
    token.startsWith('ghu_') &&
    clock.now() >= (givenMs.get(token) ?? startedMs) + scenario.githubTokenLifeS * 1000;
  const desk: BearerDesk = {
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
      givenMs.set(token, clock.now());
      return token;
    },
    renewalOf(token) {
      if (scenario.githubTokenLifeS === null || !token.startsWith('ghu_')) return undefined;
      const refreshToken = `ghr_${fingerprint('refresh-token', token).slice(0, 36)}`;
      renewals.set(refreshToken, token);
      return { expiresInS: scenario.githubTokenLifeS, refreshToken };
    },
    renew(refreshToken) {
      const old = renewals.get(refreshToken);
      renewals.delete(refreshToken);
      if (old === undefined || !seated.has(old)) return undefined;
      seated.delete(old);
      return desk.issueGithubToken('ghu_');
    },
    knowsGithubToken: (token) => (seated.has(token) || unseated.has(token)) && !hasEnded(token),
    look(bearer) {
      const expiresAtS = endOfToken.get(bearer);
      if (expiresAtS !== undefined) return expiresAtS * 1000 > clock.now() ? 'exchanged' : 'expired';
      if (scenario.permissionlessTokens.includes(bearer) && unseated.has(bearer))
        return 'fine-grained-without-permission';
      if (!seated.has(bearer) || hasEnded(bearer)) return 'unknown';
      if (bearer.startsWith('ghs_')) return 'installation';
      return bearer.startsWith('github_pat_') ? 'fine-grained' : 'direct';
    },
    expireAll() {
      for (const token of endOfToken.keys()) endOfToken.set(token, 0);
    },
    revokeAll: () => endOfToken.clear(),
    revokeGithubTokens() {
      seated.clear();
      unseated.clear();
    },
    get liveTokens() {
      return [...endOfToken.values()].filter((endS) => endS * 1000 > clock.now()).length;
    },
  };
  return desk;
}
