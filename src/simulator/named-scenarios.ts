/** All scenarios that have a name: `crossfeed simulate --scenario NAME`, and `scenarioNamed` in tests. */
import type { Scenario } from './scenario.ts';
import { businessHost } from './scenarios/business-host.ts';
import { enterpriseProxy } from './scenarios/enterprise-proxy.ts';
import { flaky } from './scenarios/flaky.ts';
import { freePlan } from './scenarios/free-plan.ts';
import { legacyPremium } from './scenarios/legacy-premium.ts';
import { limitsNear } from './scenarios/limits-near.ts';
import type { NamedScenario } from './scenarios/named-scenario.ts';
import { quotaGone } from './scenarios/quota-gone.ts';
import { studentAutoOnly } from './scenarios/student-auto-only.ts';

export const namedScenarios: Readonly<Record<string, NamedScenario>> = {
  'business-host': businessHost,
  'enterprise-proxy': enterpriseProxy,
  flaky,
  'free-plan': freePlan,
  'legacy-premium': legacyPremium,
  'limits-near': limitsNear,
  'quota-gone': quotaGone,
  'student-auto-only': studentAutoOnly,
};

/** What the scenario of that name changes; undefined where there is none. */
export function scenarioNamed(name: string): Partial<Scenario> | undefined {
  const named = Object.hasOwn(namedScenarios, name) ? namedScenarios[name] : undefined;
  if (named === undefined) return undefined;
  const { what: _, ...scenario } = named;
  return scenario;
}
