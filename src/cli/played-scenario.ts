/** The simulator's scenario that a flag names, or the bundle of `crossfeed probe`; a name that there is none of is told what there is. */
import { readFile } from 'node:fs/promises';
import { objectOf } from '../canonical/json-value.ts';
import type { Scenario } from '../simulator/index.ts';
import { CliError } from './cli-error.ts';
import { exitCode } from './exit-code.ts';

/** `undefined` and `true` mean the default scenario, which changes nothing. */
export async function playedScenario(flag: string, name: string | true | undefined): Promise<Partial<Scenario>> {
  if (name === undefined || name === true) return {};
  if (/[/\\]|\.json$/.test(name)) return recordedScenario(flag, name);
  const { namedScenarios, scenarioNamed } = await import('../simulator/index.ts');
  const scenario = scenarioNamed(name);
  if (scenario !== undefined) return scenario;
  const known = Object.keys(namedScenarios).join(', ');
  throw new CliError(exitCode.usage, `${flag}: there is no scenario "${name}"; there are ${known}.`);
}

/** What a probe found, played. */
async function recordedScenario(flag: string, file: string): Promise<Partial<Scenario>> {
  const [{ scenarioOfFindings }, { readFindings }] = await Promise.all([
    import('../simulator/index.ts'),
    import('../probe/probe-bundle.ts'),
  ]);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const why = objectOf(cause)['code'] === 'ENOENT' ? 'is not there' : 'cannot be read';
    throw new CliError(exitCode.usage, `${flag}: ${file} ${why}.`, { cause });
  });
  const findings = readFindings(text);
  if (typeof findings === 'string')
    throw new CliError(exitCode.usage, `${flag}: ${file} cannot be played: ${findings}.`);
  return scenarioOfFindings(findings);
}
