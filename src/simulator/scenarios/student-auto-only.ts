/** A Student plan: models answer only within auto mode. */
import type { NamedScenario } from './named-scenario.ts';

export const studentAutoOnly: NamedScenario = {
  what: 'models answer only with a `Copilot-Session-Token` of auto mode',
  plan: 'individual',
  sku: 'free_educational_quota',
  autoOnly: true,
};
