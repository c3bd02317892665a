/** The free plan: fifty chats a month, nothing premium, a notice about it. */
import type { NamedScenario } from './named-scenario.ts';

export const freePlan: NamedScenario = {
  what: 'the free plan: 50 chats and 2000 completions a month',
  plan: 'individual',
  sku: 'free_limited_copilot',
  freeQuotas: { chat: 50, completions: 2000 },
  entitlementCredits: 0,
  spentCredits: 0,
  overagePermitted: false,
  userNotification: {
    message: 'You are near the limits of the free plan.',
    notification_id: 'free_over_limits',
    title: 'Free plan',
    url: 'https://github.com/settings/copilot',
  },
};
