/** The seat's balance: every answer takes from it, and headers, user page and refusals all speak of the same one. */
import { multiplierOf } from './catalog-row.ts';
import type { JsonObject } from './json-value.ts';
import type { ModelSpec } from './models.ts';
import { namedRefusals, refusalNamed, retryHeader, type RefusalName } from './named-refusals.ts';
import type { Refusal } from './refusal.ts';
import type { Scenario } from './scenario.ts';
import { createUsageWindow } from './usage-window.ts';

export interface Charge {
  readonly nanoAiu: number;
  readonly model: ModelSpec;
  readonly initiator: 'user' | 'agent';
}

/** One balance as headers and user page show it. */
export interface Balance {
  /** -1 in headers and 0 on the user page where it is unlimited. */
  readonly entitlement: number;
  readonly remaining: number;
  readonly percentRemaining: number;
  readonly unlimited: boolean;
  readonly overage: number;
  readonly overagePermitted: boolean;
  readonly hasQuota: boolean;
}

export interface CreditLedger {
  charge(charge: Charge, nowMs: number): void;
  /** Why this model may not be called now: nothing left, no billing, a full window. */
  refuse(model: ModelSpec, nowMs: number): Refusal | undefined;
  balances(): Readonly<Record<'chat' | 'completions' | 'premium_interactions', Balance>>;
  /** When the month ends: the first of the next one, UTC. */
  resetIso(nowMs: number): string;
  /** `x-quota-snapshot-*` and, from half of them on, `x-usage-ratelimit-*`. */
  headers(nowMs: number): Record<string, string>;
  /** All counts, for `GET /_simulator/state`. */
  state(nowMs: number): JsonObject;
  /** Begins the month anew with so many credits spent. */
  restart(spentCredits: number): void;
}

export function createCreditLedger(scenario: Scenario): CreditLedger {
  let spentNanoAiu = Math.round(scenario.spentCredits * 1e9);
  /** Hundredths of premium requests, so that a multiplier of 0.33 stays exact. */
  let spentRequestCents = 0;
  let chats = 0;
  const calls = { user: 0, agent: 0 };
  const session = createUsageWindow(() => scenario.sessionLimitCredits, 5 * 3600);
  const week = createUsageWindow(() => scenario.weeklyLimitCredits, 7 * 86_400);

  const entitlement = () => (scenario.tokenBasedBilling ? scenario.entitlementCredits : scenario.entitlementRequests);
  const used = () => (scenario.tokenBasedBilling ? spentNanoAiu / 1e9 : spentRequestCents / 100);

  function premium(): Balance {
    if (scenario.freeQuotas !== null) return { ...limited(0, 0), hasQuota: false };
    const balance = limited(entitlement(), used());
    return { ...balance, overagePermitted: scenario.overagePermitted };
  }

  const ledger: CreditLedger = {
    charge({ nanoAiu, model, initiator }, nowMs) {
      calls[initiator] += 1;
      if (initiator === 'user') {
        chats += 1;
        if (!scenario.tokenBasedBilling) spentRequestCents += Math.round(multiplierOf(model) * 100);
      }
      if (!scenario.tokenBasedBilling) return;
      spentNanoAiu += nanoAiu;
      session.spend(nanoAiu, nowMs);
      week.spend(nanoAiu, nowMs);
    },
    refuse(model, nowMs) {
      const monthS = Math.ceil((Date.parse(ledger.resetIso(nowMs)) - nowMs) / 1000);
      const refuse = (name: RefusalName, seconds: number) => {
        const { status, body, headers } = refusalNamed(name);
        return { status, body, headers: { ...headers, ...retryHeader('seconds', seconds, nowMs) } };
      };
      if (scenario.freeQuotas !== null)
        return chats < scenario.freeQuotas.chat ? undefined : refuse('free_quota_exceeded', monthS);
      if (model.prices === undefined) return undefined;
      if (!scenario.billingConfigured) return { ...namedRefusals.billing_not_configured };
      if (session.isFull(nowMs)) return refuse('session_limit', session.secondsLeft(nowMs));
      if (week.isFull(nowMs)) return refuse('user_weekly_rate_limited', week.secondsLeft(nowMs));
      const { remaining, overage } = premium();
      if (remaining > 0) return undefined;
      if (!scenario.overagePermitted) return refuse('quota_exceeded', monthS);
      const limit = scenario.overageLimitCredits;
      return limit !== null && overage >= limit ? refuse('overage_limit_reached', monthS) : undefined;
    },
    balances: () => ({
      chat: scenario.freeQuotas === null ? unlimited : limited(scenario.freeQuotas.chat, chats),
      completions: scenario.freeQuotas === null ? unlimited : limited(scenario.freeQuotas.completions, 0),
      premium_interactions: premium(),
    }),
    resetIso(nowMs) {
      const now = new Date(nowMs);
      return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString();
    },
    headers(nowMs) {
      const reset = encodeURIComponent(ledger.resetIso(nowMs).replace('.000Z', 'Z'));
      const windows = {
        'x-usage-ratelimit-session': session.header(nowMs),
        'x-usage-ratelimit-weekly': week.header(nowMs),
      };
      return {
        ...Object.fromEntries(
          Object.entries(ledger.balances()).map(([id, one]) => [`x-quota-snapshot-${id}`, snapshotHeader(one, reset)]),
        ),
        ...Object.fromEntries(Object.entries(windows).filter((row): row is [string, string] => row[1] !== undefined)),
      };
    },
    state: (nowMs) => ({
      balances: ledger.balances(),
      spentNanoAiu,
      premiumRequests: spentRequestCents / 100,
      sessionCredits: session.usedCredits(nowMs),
      weeklyCredits: week.usedCredits(nowMs),
      userCalls: calls.user,
      agentCalls: calls.agent,
    }),
    restart(spentCredits) {
      spentNanoAiu = Math.round(spentCredits * 1e9);
      spentRequestCents = 0;
      chats = 0;
    },
  };
  return ledger;
}

const unlimited: Balance = {
  entitlement: -1,
  remaining: 0,
  percentRemaining: 100,
  unlimited: true,
  overage: 0,
  overagePermitted: false,
  hasQuota: true,
};

function limited(entitlement: number, used: number): Balance {
  const share = entitlement === 0 ? 0 : Math.max(0, 1 - used / entitlement);
  return {
    entitlement,
    remaining: entitlement - used,
    // With one decimal, as GitHub shows it.
    percentRemaining: Math.round(share * 1000) / 10,
    unlimited: false,
    overage: Math.max(0, used - entitlement),
    overagePermitted: false,
    hasQuota: true,
  };
}

function snapshotHeader(one: Balance, reset: string): string {
  const head = `ent=${one.entitlement}&ov=${one.overage.toFixed(1)}&ovPerm=${one.overagePermitted}`;
  const total = one.unlimited ? '' : `&totRem=${one.remaining.toFixed(1)}`;
  return `${head}&rem=${one.percentRemaining.toFixed(1)}&rst=${reset}${total}`;
}
