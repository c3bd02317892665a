/** The routes of auto mode: a session, the router's guess at what a prompt needs, and the newer `POST /auto`. */
import { arrayOf, objectOf, stringOf } from './json-value.ts';
import { flatRefusal, nestedRefusal, plainRefusal } from './refusal.ts';
import type { Stage, Visit } from './stage.ts';

const paths = new Set(['/models/session', '/models/session/intent', '/auto']);
/** Older clients cannot have the newer route at all (reference §11). */
const oldestVersionOfAuto = '2026-08-01';

export function isAutoPath(path: string): boolean {
  return paths.has(path);
}

export function answerAuto(stage: Stage, visit: Visit): void {
  const { path, json } = visit.record;
  const body = objectOf(json);
  if (path === '/models/session/intent') return answerIntent(visit);
  if (path === '/auto') {
    const version = stringOf(visit.headers['x-github-api-version']);
    if (stage.scenario.autoNeedsNewestVersion && version < oldestVersionOfAuto)
      return visit.refuse(plainRefusal(404, 'invalid apiVersion'));
  } else if (!arrayOf(objectOf(body['auto_mode'])['model_hints']).includes('auto')) {
    return visit.refuse(nestedRefusal(400, 'auto_mode.model_hints is required', 'invalid_request_body'));
  }
  visit.json(200, stage.auto.issue());
}

/** Long prompts, and those that ask why, are said to need reasoning. */
function answerIntent(visit: Visit): void {
  const body = objectOf(visit.record.json);
  const prompt = stringOf(body['prompt']);
  const available = arrayOf(body['available_models']).filter((id) => typeof id === 'string');
  if (prompt === '' || available.length === 0)
    return visit.refuse(flatRefusal(400, 'prompt and available_models are required'));
  const needs = prompt.length > 400 || /\b(why|prove|design|refactor|debug)\b/i.test(prompt);
  const candidates = needs ? available : available.toReversed();
  visit.json(200, {
    predicted_label: needs ? 'needs_reasoning' : 'no_reasoning',
    confidence: 0.9,
    latency_ms: 12,
    candidate_models: candidates,
    scores: { needs_reasoning: needs ? 0.9 : 0.1, no_reasoning: needs ? 0.1 : 0.9 },
    chosen_model: candidates[0] ?? null,
  });
}
