/** A legacy annual plan: premium requests by human turn instead of credits by token. */
import type { NamedScenario } from './named-scenario.ts';

export const legacyPremium: NamedScenario = {
  what: '300 premium requests, one a human turn; tokens cost nothing',
  tokenBasedBilling: false,
  entitlementRequests: 300,
  spentCredits: 0,
  overagePermitted: false,
};
