/** The simulator as a package of its own: `crossfeed/simulator`. */
export { createSimulator, type Simulator, type SimulatorOptions } from './create-simulator.ts';
export type { Fault, FaultAction } from './faults.ts';
export { defaultModels, type ModelSpec } from './models.ts';
export type { Breach, RecordedRequest } from './request-log.ts';
export {
  defaultScenario,
  simulatedGithubToken,
  simulatedOauthToken,
  simulatedPatToken,
  type Scenario,
} from './scenario.ts';
