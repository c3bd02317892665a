/** Sets the scene that all parts of a running simulator share, and changes it while it runs. */
import type { Clock } from '../base/clock.ts';
import { createAutoDesk } from './auto-desk.ts';
import { createBearerDesk } from './bearer-desk.ts';
import { createCreditLedger } from './credit-ledger.ts';
import { createDeviceDesk } from './device-desk.ts';
import { createPromptCache } from './prompt-cache.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';

/** What is read once, when the simulator is made: changing it later would change nothing. */
const fixedFields = new Set([
  'githubTokens',
  'seatlessTokens',
  'permissionlessTokens',
  'refusedTokens',
  'device',
  'faults',
]);

/** Why these changes cannot be made; undefined if they can. Fields of the scenario's own kind are not checked deeper. */
export function refuseChanges(scenario: Scenario, changes: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(scenario, name)) return `${name} is no field of a scenario`;
    if (fixedFields.has(name)) return `${name} is read once, at the start`;
    const now: unknown = Reflect.get(scenario, name);
    if (now !== null && value !== null && (typeof now !== typeof value || Array.isArray(now) !== Array.isArray(value)))
      return `${name} is ${Array.isArray(now) ? 'a list' : `a ${typeof now}`}`;
  }
  return undefined;
}

export function createStage(
  scenario: Scenario,
  clock: Clock,
  note: (path: string, rule: string, detail: string) => void,
  onCharge: Stage['onCharge'],
): Stage {
  let serial = 0;
  const desk = createBearerDesk(scenario, clock);
  const ledger = createCreditLedger(scenario);
  return {
    scenario,
    clock,
    desk,
    device: createDeviceDesk(scenario, clock, desk, (rule, detail) => note('/login/oauth/access_token', rule, detail)),
    policies: new Map(),
    ledger,
    auto: createAutoDesk(scenario, clock),
    cache: createPromptCache(),
    nextSerial: () => (serial += 1),
    change(changes) {
      // Every part holds this very object: what changes here is read by the next request.
      Object.assign(scenario, changes);
      if (changes.spentCredits !== undefined) ledger.restart(changes.spentCredits);
    },
    note,
    onCharge,
  };
}
