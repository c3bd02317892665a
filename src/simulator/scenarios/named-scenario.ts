/** A scenario with a name: what differs from the default, and one line for people. */
import type { Scenario } from '../scenario.ts';

export interface NamedScenario extends Partial<Scenario> {
  readonly what: string;
}
