/** The simulator's scenario that a flag names; a name that there is none of is told what there is. */
import type { Scenario } from '../simulator/index.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/** `undefined` and `true` mean the default scenario, which changes nothing. */
export async function playedScenario(flag: string, name: string | true | undefined): Promise<Partial<Scenario>> {
  if (name === undefined || name === true) return {};
  const { namedScenarios, scenarioNamed } = await import('../simulator/index.ts');
  const scenario = scenarioNamed(name);
  if (scenario !== undefined) return scenario;
  const known = Object.keys(namedScenarios).join(', ');
  throw new CliError(exitCode.usage, `${flag}: there is no scenario "${name}"; there are ${known}.`);
}
