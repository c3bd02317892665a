/** Close to the five-hour and the weekly limit: headers tell, and soon 429. */
import type { NamedScenario } from './named-scenario.ts';

export const limitsNear: NamedScenario = {
  what: 'one credit in five hours and two a week: headers from half of it on, then 429',
  sessionLimitCredits: 1,
  weeklyLimitCredits: 2,
};
