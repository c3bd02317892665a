/** The simulator's own routes, for tests in another process: arm faults, decide on a login, ask what was seen. */
import { refuseChanges } from './create-stage.ts';
import type { DeviceDesk } from './device-desk.ts';
import type { FaultQueue } from './faults.ts';
import { isFault } from './faults.ts';
import { arrayOf, isObject, objectOf } from './json-value.ts';
import { scenarioNamed } from './named-scenarios.ts';
import { isRefusedInput, type RefusedInputs } from './refused-inputs.ts';
import type { RequestLog } from './request-log.ts';
import { stateOf } from './seat-state.ts';
import type { Stage, Visit } from './stage.ts';

export interface ControlParts {
  readonly device: DeviceDesk;
  readonly log: RequestLog;
  readonly faults: FaultQueue;
  readonly refused: RefusedInputs;
  /** Forgets requests, breaches and faults; tokens stay good. */
  reset(): void;
  readonly stage: Stage;
  openStreams(): number;
}

export function answerControl(visit: Visit, parts: ControlParts): void {
  const { method, path, json } = visit.record;
  switch (`${method} ${path}`) {
    case 'POST /_simulator/faults': {
      const faults = Array.isArray(json) ? arrayOf(json) : [json];
      if (!faults.every(isFault)) return visit.json(400, { message: 'a fault is {on, times?, skip?, do: {kind, …}}' });
      for (const fault of faults) parts.faults.add(fault);
      return visit.json(200, { armed: faults.length });
    }
    case 'POST /_simulator/refuse':
      if (!isRefusedInput(json))
        return visit.json(400, {
          message: 'one of {field, unlessBeta?}, {beta}, {value, is}, {bodyBytes}; with on?, model?',
        });
      parts.refused.add(json);
      return visit.json(200, { refused: true });
    case 'GET /_simulator/requests': {
      const requests = parts.log.requests.map(({ body, ...rest }) => ({
        ...rest,
        bodyBase64: body.toString('base64'),
      }));
      return visit.json(200, { requests, openStreams: parts.openStreams() });
    }
    case 'GET /_simulator/breaches':
      return visit.json(200, { breaches: parts.log.breaches });
    case 'POST /_simulator/device': {
      const { decision, user_code } = objectOf(json);
      if (decision !== 'approve' && decision !== 'deny')
        return visit.json(400, { message: 'a decision is {decision: "approve" or "deny", user_code?}' });
      const decided = parts.device.decide(decision, typeof user_code === 'string' ? user_code : undefined);
      return visit.json(decided ? 200 : 404, { decided });
    }
    case 'GET /_simulator/state':
      return visit.json(200, { ...stateOf(parts.stage, parts.openStreams()) });
    case 'POST /_simulator/scenario':
      return changeScenario(visit, parts.stage);
    case 'POST /_simulator/reset':
      parts.reset();
      return visit.json(200, { reset: true });
    default:
      return visit.json(404, { message: 'no such route of the simulator' });
  }
}

/** `{"name": "quota-gone"}`, or the fields themselves; a named scenario brings its faults only at the start. */
function changeScenario(visit: Visit, stage: Stage): void {
  const { json } = visit.record;
  const { name } = objectOf(json);
  const named = typeof name === 'string' ? scenarioNamed(name) : undefined;
  if (!isObject(json) || (name !== undefined && named === undefined))
    return visit.json(400, { message: 'a scenario is {name} of a known one, or an object of its fields' });
  const { faults: _, ...changes } = named ?? json;
  const problem = refuseChanges(stage.scenario, changes);
  if (problem !== undefined) return visit.json(400, { message: problem });
  stage.change(changes);
  visit.json(200, { changed: Object.keys(changes) });
}
