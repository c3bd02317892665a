/** The simulator as a package of its own: `crossfeed/simulator`. */
export { createSimulator } from './create-simulator.ts';
export type { Simulator, SimulatorOptions } from './simulator.ts';
export type { DeviceScenario } from './device-scenario.ts';
export { exchangeRefusals, type ExchangeRefusal } from './exchange-refusals.ts';
export type { Fault, FaultAction } from './faults.ts';
export { namedRefusals, type RefusalName } from './named-refusals.ts';
export { namedScenarios, scenarioNamed } from './named-scenarios.ts';
export { quirkNames, type QuirkName } from './quirks/all-quirks.ts';
export { defaultModels, type ModelSpec } from './models.ts';
export { playedPoints, scenarioOfFindings } from './recorded-findings.ts';
export type { RefusedInput } from './refused-inputs.ts';
export type { SimulatorState } from './seat-state.ts';
export type { Breach, RecordedRequest } from './request-log.ts';
export {
  defaultScenario,
  simulatedGithubToken,
  simulatedInstallationToken,
  simulatedLoginClientId,
  simulatedOauthToken,
  simulatedPatToken,
  simulatedPermissionlessToken,
  simulatedRefusedToken,
  type Scenario,
} from './scenario.ts';
