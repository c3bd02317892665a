/** Issues short-lived Copilot tokens, and says of any bearer what it is worth. */
import type { Clock } from '../base/clock.ts';
import type { Scenario } from './scenario.ts';
import { fingerprint } from './seal.ts';

export type Standing = 'exchanged' | 'direct' | 'fine-grained' | 'expired' | 'unknown';

export interface BearerDesk {
  /** A new Copilot token and its end, in unix seconds. */
  issue(): { readonly token: string; readonly expiresAtS: number };
  look(bearer: string): Standing;
  /** All tokens issued so far stop working at once, as when a seat is revoked. */
  revokeAll(): void;
}

export function createBearerDesk(scenario: Scenario, clock: Clock): BearerDesk {
  const endOfToken = new Map<string, number>();
  let issued = 0;
  return {
    issue() {
      issued += 1;
      const expiresAtS = Math.floor(clock.now() / 1000) + scenario.tokenLifeS;
      const claims = `tid=${fingerprint(scenario.login).slice(0, 16)};exp=${expiresAtS};sku=${scenario.sku};fcv1=1`;
      const token = `${claims}:${fingerprint('copilot-token', claims, String(issued))}`;
      endOfToken.set(token, expiresAtS);
      return { token, expiresAtS };
    },
    look(bearer) {
      const expiresAtS = endOfToken.get(bearer);
      if (expiresAtS !== undefined) return expiresAtS * 1000 > clock.now() ? 'exchanged' : 'expired';
      if (!scenario.githubTokens.includes(bearer)) return 'unknown';
      return bearer.startsWith('github_pat_') ? 'fine-grained' : 'direct';
    },
    revokeAll: () => endOfToken.clear(),
  };
}
