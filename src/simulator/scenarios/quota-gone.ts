/** The month's credits are used up and no more may be spent: only free models answer. */
import type { NamedScenario } from './named-scenario.ts';

export const quotaGone: NamedScenario = {
  what: 'all credits spent, no overage: 402, free models alone answer',
  entitlementCredits: 1500,
  spentCredits: 1500,
  overagePermitted: false,
};
