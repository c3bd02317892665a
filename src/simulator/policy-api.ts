/** `POST /models/{id}/policy`: a person accepts a model's terms, or switches it off again (reference §3). */
import { isObject } from './json-value.ts';
import type { ModelSpec } from './models.ts';
import { nestedRefusal } from './refusal.ts';
import type { Stage, Visit } from './stage.ts';

const policyPath = /^\/models\/([^/]+)\/policy$/;

export function isPolicyPath(path: string): boolean {
  return policyPath.test(path);
}

export function answerPolicy(stage: Stage, visit: Visit): void {
  const { path, json } = visit.record;
  const id = decoded(policyPath.exec(path)?.[1] ?? '');
  const model = currentModels(stage).find((one) => one.id === id);
  const state = isObject(json) ? json['state'] : undefined;
  if (model === undefined) return visit.refuse(nestedRefusal(404, 'model not found', 'model_not_found'));
  if (state !== 'enabled' && state !== 'disabled')
    return visit.refuse(nestedRefusal(400, 'state must be enabled or disabled', 'invalid_request_body'));
  if (stage.scenario.lockedModels.includes(id))
    return visit.refuse(nestedRefusal(403, 'the policy of this model is set by your organization', 'forbidden'));
  stage.policies.set(id, state);
  visit.json(200, { state });
}

/** The catalogue without what was retired, with the decisions that were made since the start. */
export function currentModels(stage: Stage): readonly ModelSpec[] {
  const { models, retiredModels } = stage.scenario;
  const sold = models.filter((one) => !retiredModels.includes(one.id));
  if (stage.policies.size === 0) return sold;
  return sold.map((one) => {
    const policy = one.policy === undefined ? undefined : stage.policies.get(one.id);
    return policy === undefined ? one : { ...one, policy };
  });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return '';
  }
}
