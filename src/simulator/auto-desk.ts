/** Auto mode: issues session tokens, knows what they are good for, and what they take off the price (reference §3). */
import type { Clock } from '../base/clock.ts';
import type { JsonObject } from './json-value.ts';
import { nestedRefusal, type Refusal } from './refusal.ts';
import type { Scenario } from './scenario.ts';
import { fingerprint } from './seal.ts';

export interface AutoSession {
  /** The share of the price that is taken off. */
  readonly discount: number;
}

export interface AutoDesk {
  /** The reply of `POST /models/session`. */
  issue(): JsonObject;
  /** What a call's `Copilot-Session-Token` does for it; without one, nothing. */
  look(token: string | undefined, modelId: string): AutoSession | Refusal;
  readonly sessions: number;
}

export function createAutoDesk(scenario: Scenario, clock: Clock): AutoDesk {
  const endOfSession = new Map<string, number>();
  const offered = () =>
    scenario.autoModels.filter(
      (id) =>
        !scenario.retiredModels.includes(id) &&
        scenario.models.some((one) => one.id === id && one.policy !== 'disabled' && !one.unusable),
    );
  return {
    issue() {
      const expires_at = Math.floor(clock.now() / 1000) + scenario.sessionLifeS;
      const session_token = fingerprint('auto-session', String(endOfSession.size + 1));
      endOfSession.set(session_token, expires_at);
      const available_models = offered();
      return {
        available_models,
        selected_model: available_models[0] ?? null,
        session_token,
        expires_at,
        discounted_costs: Object.fromEntries(available_models.map((id) => [id, scenario.autoDiscount])),
      };
    },
    look(token, modelId) {
      if (token === undefined)
        return scenario.autoOnly
          ? nestedRefusal(400, 'The requested model is not supported.', 'model_not_supported', 'model')
          : { discount: 0 };
      const expiresAtS = endOfSession.get(token);
      if (expiresAtS === undefined) return nestedRefusal(400, 'invalid session token', 'invalid_session_token');
      if (expiresAtS * 1000 <= clock.now()) return nestedRefusal(400, 'session token expired', 'session_token_expired');
      if (!offered().includes(modelId))
        return nestedRefusal(400, `model "${modelId}" is not in this session`, 'model_not_supported', 'model');
      return { discount: scenario.autoDiscount };
    },
    get sessions() {
      return endOfSession.size;
    },
  };
}
