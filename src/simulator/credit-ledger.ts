/** The seat's credits: every answer takes some, and headers and user page show the same balance. */
import type { Scenario } from './scenario.ts';

export interface CreditLedger {
  spend(nanoAiu: number): void;
  remainingCredits(): number;
  /** With one decimal, as GitHub shows it. */
  percentRemaining(): number;
  /** When the month ends: the first of the next one, UTC. */
  resetIso(nowMs: number): string;
  /** `x-quota-snapshot-*` headers. */
  headers(nowMs: number): Record<string, string>;
}

export function createCreditLedger(scenario: Scenario): CreditLedger {
  let spentNanoAiu = Math.round(scenario.spentCredits * 1e9);
  const ledger: CreditLedger = {
    spend(nanoAiu) {
      spentNanoAiu += nanoAiu;
    },
    remainingCredits: () => scenario.entitlementCredits - spentNanoAiu / 1e9,
    percentRemaining: () => Math.round((ledger.remainingCredits() / scenario.entitlementCredits) * 1000) / 10,
    resetIso(nowMs) {
      const now = new Date(nowMs);
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
    },
    headers(nowMs) {
      const reset = encodeURIComponent(ledger.resetIso(nowMs).replace('.000Z', 'Z'));
      const unlimited = `ent=-1&ov=0.0&ovPerm=false&rem=100.0&rst=${reset}`;
      const remaining = ledger.remainingCredits();
      return {
        'x-quota-snapshot-chat': unlimited,
        'x-quota-snapshot-completions': unlimited,
        'x-quota-snapshot-premium_interactions':
          `ent=${scenario.entitlementCredits}&ov=0.0&ovPerm=true&rem=${ledger.percentRemaining().toFixed(1)}` +
          `&rst=${reset}&totRem=${remaining.toFixed(1)}`,
      };
    },
  };
  return ledger;
}
