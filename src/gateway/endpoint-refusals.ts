/** Endpoints that refused a model which the catalogue lists for them: asked once, then left alone for a while. */
import type { Clock } from '../base/clock.ts';
import type { Model } from '../canonical/model.ts';
import type { Endpoint } from '../canonical/protocol-id.ts';

export interface EndpointRefusals {
  add(model: Model, endpoint: Endpoint): void;
  forget(model: Model, endpoint: Endpoint): void;
  holds(model: Model, endpoint: Endpoint): boolean;
}

/** GitHub moves models between endpoints within weeks, not hours. */
const rememberedMs = 12 * 60 * 60 * 1000;

export function createEndpointRefusals(clock: Clock): EndpointRefusals {
  const until = new Map<string, number>();
  const keyOf = (model: Model, endpoint: Endpoint) => `${model.id} ${endpoint}`;
  return {
    add: (model, endpoint) => void until.set(keyOf(model, endpoint), clock.monotonic() + rememberedMs),
    forget: (model, endpoint) => void until.delete(keyOf(model, endpoint)),
    holds: (model, endpoint) => (until.get(keyOf(model, endpoint)) ?? -Infinity) > clock.monotonic(),
  };
}
