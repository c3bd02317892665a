/** A business seat: the generic host answers 421, the plan's own host serves it. */
import type { NamedScenario } from './named-scenario.ts';

export const businessHost: NamedScenario = {
  what: 'a business seat on a host of its own (`localhost`); 127.0.0.1 answers 421',
  plan: 'business',
  sku: 'copilot_for_business_seat_quota',
  apiHostname: 'localhost',
};
